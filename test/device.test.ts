// The device: errors that reach the caller, memory that comes back, recordings, the printed tape.
import { expect, test } from 'vitest';
import {
  DeviceLost,
  GpuError,
  NoAdapter,
  type Tensor,
  TensorError,
  add,
  conv2d,
  kernel,
  mul,
  openDevice,
  relu,
  reshape,
  sum,
  valueAndGrad,
  vjp,
} from '../src/tensor/index.ts';
import { gpu, testDevice } from './gpu.ts';

const device = await testDevice();
const vector = (...values: number[]) => device.tensor(values, [values.length]);

const SQUARE = `const N = 1u;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) id: vec3u) { if (id.x < N) { y[id.x] = x[id.x] * x[id.x]; } }`;

test('a kernel of one’s own runs, specialized and bound by name', async () => {
  const [x, y] = [vector(1, 2, 3), device.empty([3])];
  device.launch(kernel('square', SQUARE), { N: 3 }, { x, y }, [3]);
  expect([...(await y.data())]).toEqual([1, 4, 9]);
});

test('a const that the kernel does not declare, and a tensor too few or too many, throw at the call', () => {
  const [x, y, square] = [vector(1), device.empty([1]), kernel('square', SQUARE)];
  expect(() => device.launch(square, { M: 3 }, { x, y }, [1])).toThrow('declares no const M');
  expect(() => device.launch(square, { N: 0.5 }, { x, y }, [1])).toThrow('const N');
  expect(() => device.launch(square, {}, { x }, [1])).toThrow('binds y');
  expect(() => device.launch(square, {}, { x, y, z: x }, [1])).toThrow('given were x, y, z');
  expect(() => device.launch(square, {}, { x, y: x }, [1])).toThrow('whose memory it also reads');
  expect(() => device.launch(square, {}, { x, y }, [70_000])).toThrow(
    'a grid of 70000 passes 65535',
  );
});

test('a kernel that does not compile throws at the next await, with its name and its WGSL', async () => {
  const own = await openDevice(gpu);
  const [x, y] = [own.tensor([1], [1]), own.empty([1])];
  const broken = kernel('broken', SQUARE.replace('x[id.x] * x[id.x]', 'nothing(x[id.x])'));
  own.launch(broken, { N: 7 }, { x, y }, [1]);
  const error = await own.finish().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GpuError);
  expect(String(error)).toContain('kernel broken');
  expect(String(error)).toContain('const N = 7u;');
  own.destroy();
});

test('a validation error that nobody waits for throws at the next await, labeled', async () => {
  const own = await openDevice(gpu);
  const x = own.tensor([1, 2], [2]);
  const y = own.empty([2]).view([1], 4); // an offset that no binding can have
  own.launch(kernel('square', SQUARE), { N: 2 }, { x, y }, [2]);
  const error = await own.finish().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(GpuError);
  expect(error).toMatchObject({ kernel: 'square' });
  expect(String(error)).toContain('const N = 2u;');
  own.destroy();
});

test('a destroyed device is one typed event, and every later call says so', async () => {
  const own = await openDevice(gpu);
  const x = own.tensor([1], [1]);
  own.destroy();
  const lost = await own.lost;
  expect(lost).toBeInstanceOf(DeviceLost);
  expect(lost.reason).toBe('destroyed');
  await expect(x.data()).rejects.toBe(lost);
  await expect(own.finish()).rejects.toBe(lost);
});

test('no WebGPU, and no adapter, each have their message', async () => {
  await expect(openDevice(undefined)).rejects.toThrow(NoAdapter);
  const empty = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;
  await expect(openDevice(empty)).rejects.toThrow('found no adapter');
});

test('an optional feature can be left out, and the rest goes on without it', async () => {
  const own = await openDevice(gpu, { without: ['subgroups'] });
  expect(own.info.features).not.toContain('subgroups');
  expect(own.info.subgroupSize).toBeUndefined();
  const x = own.tensor(new Float32Array(2 * 5 * 5 * 4).fill(1), [2, 5, 5, 4]);
  const w = own.tensor(new Float32Array(3 * 3 * 4 * 8).fill(1), [3, 3, 4, 8]);
  const recording = own.capture(() => conv2d(x, w));
  expect(recording.commands.map((c) => c.label)).toEqual(['conv2dRegister']);
  recording.replay();
  expect((await recording.result.data())[0]).toBe(36);
  own.destroy();
});

test('a scope releases what it made and did not return; the released tensor says so', () => {
  const before = device.meter.liveBytes;
  let inner = vector(0);
  const kept = device.scope(() => {
    inner = add(vector(1), vector(2));
    return { out: [mul(inner, inner)] };
  });
  expect(() => relu(inner)).toThrow(/released when its scope ended/);
  expect(() => device.scope(() => Promise.resolve(1))).toThrow('must not be async');
  expect(kept.out[0]?.shape).toEqual([1]);
  expect(device.meter.liveBytes - before).toBe(512); // the first `inner`, and what was returned: 256 bytes each
});

test('a view keeps the memory of what it views', async () => {
  const view = device.scope(() => reshape(vector(1, 2, 3, 4), [2, 2]));
  expect([...(await view.data())]).toEqual([1, 2, 3, 4]);
});

test('a leak has a name: what is alive is listed with its op', () => {
  const leaked = relu(vector(1, 2, 3));
  expect(leaked.storage.buffer.size).toBe(256);
  expect(device.living().map(({ label }) => label)).toContain('relu');
});

test('the pool refuses to pass its cap, and says what to do', async () => {
  const own = await openDevice(gpu, { poolCapBytes: 4096 });
  const keep = [own.tensor(new Float32Array(512), [512])];
  expect(() => keep.push(own.tensor(new Float32Array(1024), [1024]))).toThrow(/device\.scope/);
  own.destroy();
});

test('a recording replays on changed inputs, makes nothing, and prints itself', async () => {
  const [x, w] = [vector(1, 2), vector(3, 4)];
  const recording = device.capture(() => sum(mul(x, w)));
  expect(await recording.result.item()).toBe(0); // nothing has run, and memory is zeroed when it is made
  recording.replay();
  expect(await recording.result.item()).toBe(11);
  device.write(x, [10, 20]);
  await device.finish();
  const { buffersCreated, bindGroupsCreated, pipelinesCreated, submits } = device.meter;
  recording.replay(3);
  expect(device.meter).toMatchObject({ buffersCreated, bindGroupsCreated, pipelinesCreated });
  expect(device.meter.submits).toBe(submits + 1);
  expect(await recording.result.item()).toBe(110);
  expect(recording.print('traced')).toBe(
    'mul(a: f32[2], b: f32[2]) → y: %0 f32[2]\nsum(x: %0) → y: %1 f32[]',
  );
  expect(recording.print('rewritten')).toBe(recording.print('traced'));
  const [first, second, memory] = String(recording).split('\n');
  expect(first).toMatch(/^ {2}1 mul <1> {2}a: 16 B, b: 16 B → y: #\d 16 B$/);
  expect(second).toMatch(/^ {2}2 reduce <1> {2}.*#\d 16 B.* → .*#\d 16 B/);
  expect(memory).toBe(`${recording.plan.bytes} B in ${recording.plan.buffers.length} buffers`);
});

test('of many kernels those used last are kept; a recording goes on with the ones it has', async () => {
  const own = await openDevice(gpu, { programCap: 3 });
  const square = kernel('square', SQUARE);
  const run = (n: number) => {
    const [x, y] = [own.tensor(new Array<number>(n).fill(n), [n]), own.empty([n])];
    own.launch(square, { N: n }, { x, y }, [n]);
    return y;
  };
  const x = own.tensor([3], [1]);
  const recording = own.capture(() => {
    const y = own.empty([1]);
    own.launch(square, { N: 1 }, { x, y }, [1]);
    return y;
  });
  for (let n = 2; n <= 9; n++) expect([...(await run(n).data())]).toEqual(new Array(n).fill(n * n));
  expect(own.meter).toMatchObject({ pipelinesKept: 3, pipelinesCreated: 9 });
  run(7); // one of the last three, and now the last
  run(2); // long forgotten: compiled anew, in the place of 8
  expect(own.meter.pipelinesCreated).toBe(10);
  run(7);
  run(9);
  expect(own.meter.pipelinesCreated).toBe(10);
  run(8);
  expect(own.meter).toMatchObject({ pipelinesKept: 3, pipelinesCreated: 11 });
  recording.replay();
  expect(await recording.result.item()).toBe(9);
  await own.finish();
  own.destroy();
});

test('trimming gives free memory back, and what lives goes on', async () => {
  const own = await openDevice(gpu);
  const x = own.tensor([1, 2], [2]);
  own.scope(() => void add(x, x));
  expect(own.meter.pooledBytes).toBe(256);
  expect([...(await x.data())]).toEqual([1, 2]);
  own.trim();
  await own.finish();
  expect(own.meter.pooledBytes).toBe(0);
  expect([...(await add(x, x).data())]).toEqual([2, 4]);
  await own.finish();
  own.destroy();
});

test('a recorded step can neither upload nor read', async () => {
  expect(() => device.capture(() => vector(1))).toThrow(TensorError);
  expect(() => device.capture(() => void vector(1))).toThrow('upload');
});

test('the tape prints one line an op, and only what depends on what is differentiated', () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  const { tape } = valueAndGrad(() => sum(mul(add(a, b), relu(b))), [a]);
  expect(String(tape).split('\n')).toEqual([
    '%0 = add(a: wrt0, b: ·) f32[2]',
    '%1 = mul(a: %0, b: ·) f32[2]',
    '%2 = sum(x: %1) f32[]',
  ]);
});

test('cotangents are summed, one tensor may be asked for twice, and `into` receives its gradient', async () => {
  const [a, into] = [vector(1, 2), device.empty([2])];
  const loss = () => sum(add(mul(a, a), a));
  const { grads } = valueAndGrad(loss, [a, a], [into]);
  expect(grads[0]).toBe(into);
  for (const grad of grads) expect([...(await grad.data())]).toEqual([3, 5]);
});

test('the value may be what is differentiated itself', async () => {
  const [x, c, into] = [vector(1, 2, 3), vector(10, -1, 0), device.empty([3])];
  for (const grad of [vjp(() => x, [x], c, [into]).grads[0], vjp(() => x, [x, x], c).grads[1]])
    expect([...(await (grad as Tensor).data())]).toEqual([10, -1, 0]);
});

test('a gradient has memory of its own', async () => {
  const [a, b, c] = [vector(1, 2), vector(3, 4), vector(5, 6)];
  const { grads } = vjp(() => add(a, b), [a, b], c);
  device.copy(vector(0, 0), grads[0] as Tensor);
  for (const kept of [grads[1], c]) expect([...(await (kept as Tensor).data())]).toEqual([5, 6]);
  const single = vector(7);
  device.copy(vector(0), valueAndGrad(() => sum(single), [single]).grads[0] as Tensor);
  expect(await device.one.item()).toBe(1);
  // The copy is differentiated, too.
  const through = () => sum(mul(vjp(() => a, [a], c).grads[0] as Tensor, b));
  expect([...(await (valueAndGrad(through, [c]).grads[0] as Tensor).data())]).toEqual([3, 4]);
});

test('a cotangent goes the way back: Σ c · ∂y/∂x, from what is its own, and outlives it', async () => {
  const [x, c] = [vector(1, 2, 3), vector(10, -1, 0)];
  const { value, grads } = vjp(() => mul(x, x), [x], c);
  expect([...(await value.data())]).toEqual([1, 4, 9]);
  expect([...(await (grads[0] as Tensor).data())]).toEqual([20, -4, 0]);
  const through = vjp(() => reshape(x, [1, 3]), [x], c.reshape([1, 3]));
  expect([...(await (through.grads[0] as Tensor).data())]).toEqual([10, -1, 0]);
  expect([...(await c.data())]).toEqual([10, -1, 0]);
  // What it gives is a function of the cotangent: here 2x · c.
  const wrtCotangent = valueAndGrad(
    () => sum(vjp(() => mul(x, x), [x], c).grads[0] as Tensor),
    [c],
  );
  expect([...(await (wrtCotangent.grads[0] as Tensor).data())]).toEqual([2, 4, 6]);
  expect(() => vjp(() => mul(x, x), [x], vector(1))).toThrow(
    'the cotangent f32[1] is not shaped like the value f32[3]',
  );
});

test('what cannot be differentiated throws', () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  expect(() => valueAndGrad(() => relu(a), [a])).toThrow('must be a scalar, got f32[2]');
  expect(() => valueAndGrad(() => sum(a), [a, b])).toThrow('does not depend on input 1');
  expect(() => valueAndGrad(() => sum(a), [])).toThrow('nothing to differentiate');
  expect(device.tapes).toEqual([]);
});

test('noGrad leaves the tape alone', () => {
  const a = vector(1, 2);
  const { tape } = valueAndGrad(
    () =>
      sum(
        add(
          a,
          device.noGrad(() => relu(a)),
        ),
      ),
    [a],
  );
  expect(tape.entries.map((e) => e.op)).toEqual(['add', 'sum']);
});

test('tensors are as large as every adapter takes, or as large as this one does', async () => {
  const adapter = await gpu.requestAdapter();
  const large = await openDevice(gpu, { largeTensors: true });
  const limit = ({ gpu }: typeof device) => gpu.limits.maxStorageBufferBindingSize;
  expect(limit(device)).toBe(128 * 2 ** 20);
  expect(limit(large)).toBe(adapter?.limits.maxStorageBufferBindingSize);
  large.destroy();
});
