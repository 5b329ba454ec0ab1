// An op with a kernel of one's own and its gradient: the differences of neighbours in a vector.
import { defineOp, kernel, linearGrid, pad, sub, valueAndGrad } from 'weft';

const difference = kernel(
  'difference',
  `// y_i = x_(i+1) − x_i. One invocation computes one element, a workgroup 64.
const SIZE = 1u; // of y
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < SIZE) { y[id.x] = x[id.x + 1u] - x[id.x]; }
}`,
);

/** [n] to [n − 1]. Its gradient is written with ops: it can be recorded, fused and differentiated again. */
const diff = defineOp('diff', {
  inputs: ['x'],
  shape: ({ x }) => [x.size - 1],
  run: ({ x, y }) => x.device.launch(difference, { SIZE: y.size }, { x, y }, linearGrid(y.size)),
  vjp: ({ dy }) => ({ x: sub(pad(dy, { pads: [1, 0] }), pad(dy, { pads: [0, 1] })) }),
});

export async function main(device, print) {
  const x = device.tensor([1, 4, 9, 16], [4]);
  const { value, grads } = valueAndGrad(() => diff(x).square().sum(), [x]);
  const gradient = await grads[0].toArray();
  print(`the sum of the squared differences of 1, 4, 9, 16 is ${await value.item()}`);
  print(`its gradient is ${gradient.join(', ')}`);
  return gradient;
}
