// y = how many rows of logits [N, C] have their argmax at their label. One workgroup of 64.
// parts: correct, f32
const N = 1u;
const C = 1u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let all = countCorrect(lane);
  if (lane == 0u) { y[0] = f32(all); }
}
