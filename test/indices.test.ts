// Numbers that choose something: those from outside are refused at the call where the host knows them, and choose nothing
// where only the GPU does.
import { describe, expect, test } from 'vitest';
import * as nn from '../src/nn/index.ts';
import * as weft from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
const f32 = (values: readonly number[], shape = [values.length]) => device.tensor(values, shape);
const i32 = (values: readonly number[], shape = [values.length]) =>
  device.tensor(values, shape, 'i32');
const values = async (t: weft.Tensor) => [...(await t.data())];

const COPY = `const N = 1u;
@group(0) @binding(0) var<storage, read> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<i32>;
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) id: vec3u) { if (id.x < N) { y[id.x] = x[id.x]; } }`;
const copyKernel = weft.kernel('copy', COPY);

/** The same numbers, but as the GPU made them: the host does not know them. */
function computed(numbers: readonly number[], y = device.empty([numbers.length], 'i32')) {
  device.launch(copyKernel, { N: numbers.length }, { x: i32(numbers), y }, [numbers.length]);
  return y;
}

/** 8 samples of two pixels, labeled 0 to 7. */
const set = (labels = [0, 1, 2, 3, 4, 5, 6, 7]) => ({
  images: device.tensor(
    Array.from({ length: 16 }, (_, i) => i),
    [8, 2],
    'u8',
  ),
  labels: device.tensor(labels, [8], 'u8'),
});
const network = (units = 5) => new nn.Sequential(device, [2], [nn.dense({ units })]);
const classifier = { loss: nn.softmaxCrossEntropy, optimizer: nn.adam() };
const indices = (...numbers: number[]) => device.tensor(numbers, [numbers.length], 'u32');

describe('what the host knows is refused at the call', () => {
  test('by gather', () => {
    const x = f32([1, 2, 3, 4, 5, 6], [3, 2]);
    const gather = (...numbers: number[]) => weft.gather(x, i32(numbers), { axis: 0 });
    expect(() => gather(0, 3)).toThrow('gather: indices[1] is 3, axis 0 of f32[3,2] has -3 to 2');
    expect(() => gather(-4)).toThrow('gather: indices[0] is -4');
    expect(gather(-3, 2).shape).toEqual([2, 2]);
    expect(gather().shape).toEqual([0, 2]);
  });

  test('by oneHot', () => {
    expect(() => weft.oneHot(i32([0, 4]), { depth: 4 })).toThrow(
      'oneHot: indices[1] is 4, depth 4 has -4 to 3',
    );
    expect(() => weft.oneHot(i32([-5]), { depth: 4 })).toThrow('indices[0] is -5');
  });

  test('by softmaxCrossEntropy, where nothing counts from the end', () => {
    const logits = f32([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(() => weft.softmaxCrossEntropy(logits, i32([0, 3]))).toThrow(
      'softmaxCrossEntropy: labels[1] is 3, logits f32[2,3] have classes 0 to 2',
    );
    expect(() => weft.softmaxCrossEntropy(logits, i32([-1, 0]))).toThrow('labels[0] is -1');
  });

  test('by drawBatch and takeBatch', () => {
    const samples = { ...set(), indices: indices(0, 7, 8) };
    expect(() => weft.drawBatch(samples, indices(1, 1), 2)).toThrow(
      'drawBatch: indices[2] is 8, there are 8 images, 0 to 7',
    );
    expect(() => weft.takeBatch(samples, indices(0), 2)).toThrow('takeBatch: indices[2] is 8');
  });

  test('by TrainStep.create, before anything runs', async () => {
    const model = network();
    const before = nn.digestOf(await model.arena.read());
    const create = (data: nn.SampleSet) => () =>
      nn.TrainStep.create(model, { ...classifier, data, batch: 4 });
    expect(create(set())).toThrow(
      'softmaxCrossEntropy: labels hold 5, logits f32[4,5] have classes 0 to 4',
    );
    expect(create({ ...set(), indices: indices(0, 9) })).toThrow('drawBatch: indices[1] is 9');
    expect(nn.digestOf(await model.arena.read())).toBe(before);
  });

  test('labels that no index chooses do not matter', async () => {
    const data = { ...set(), indices: indices(0, 1, 2, 3, 4) };
    const step = nn.TrainStep.create(network(), { ...classifier, data, batch: 4 });
    step.run(2);
    expect((await step.metrics(0)).divergedAt).toBeUndefined();
    expect((await nn.evaluate(network(), data)).predictions).toHaveLength(5);
  });

  test('by evaluate and Inference', async () => {
    await expect(nn.evaluate(network(), set())).rejects.toThrow(
      'evaluate: label 5 is 5, the network has 5 outputs, 0 to 4',
    );
    expect(() => nn.Inference.create(network(), { ...set(), indices: indices(8) })).toThrow(
      'takeRows: indices[0] is 8',
    );
  });

  test('in views, and of sizes that fill no word', () => {
    const all = device.tensor([...new Array<number>(64).fill(1), 2, 99], [66], 'i32');
    const x = f32([1, 2, 3]);
    expect(weft.gather(x, all.view([65]), { axis: 0 }).size).toBe(65);
    expect(() => weft.gather(x, all.view([2], 256), { axis: 0 })).toThrow('indices[1] is 99');
    const labels = device.tensor([1, 2, 3], [3], 'u8'); // the fourth byte of their word is nobody's
    const data = { images: device.zeros([3, 2], 'u8'), labels };
    expect(() => nn.TrainStep.create(network(3), { ...classifier, data, batch: 2 })).toThrow(
      'hold 3',
    );
  });
});

describe('what the host knows is what is there', () => {
  test('after a write, a kernel and a copy', async () => {
    const x = f32([5, 6, 7]);
    const chosen = i32([0, 1]);
    device.write(chosen, [2, 9]);
    expect(() => weft.gather(x, chosen, { axis: 0 })).toThrow('indices[1] is 9');
    computed([1, 2], chosen); // the host knows no more, and need not
    expect(await values(weft.gather(x, chosen, { axis: 0 }))).toEqual([6, 7]);
    device.write(chosen, [8, 0]);
    device.copy(computed([0, 0]), chosen);
    expect(await values(weft.gather(x, chosen, { axis: 0 }))).toEqual([5, 5]);
  });

  test('where a recorded step writes, whatever the host writes in between', async () => {
    const [x, chosen] = [f32([5, 6, 7]), i32([0, 0])];
    const source = i32([1, 2]);
    const recording = device.capture(() =>
      device.launch(copyKernel, { N: 2 }, { x: source, y: chosen }, [2]),
    );
    device.write(chosen, [9, 9]); // overwritten by the replay, so that it must not be held against it
    recording.replay();
    expect(await values(weft.gather(x, chosen, { axis: 0 }))).toEqual([6, 7]);
  });

  test('whatever becomes of the array that it came from', () => {
    const numbers = Int32Array.of(0, 1);
    const chosen = device.tensor(numbers, [2], 'i32');
    numbers.fill(99);
    expect(weft.gather(f32([1, 2]), chosen, { axis: 0 }).size).toBe(2);
  });
});

describe('what only the GPU knows chooses nothing', () => {
  test('gather gives NaN, or 0 as an integer, and no gradient', async () => {
    const x = f32([5, 6, 7]);
    const outside = computed([2, 3, -4, -1, 99, -2147483648]);
    expect(await values(weft.gather(x, outside, { axis: 0 }))).toEqual([7, NaN, NaN, 7, NaN, NaN]);
    expect(await values(weft.gather(i32([5, 6, 7]), outside, { axis: 0 }))).toEqual([
      7, 0, 0, 7, 0, 0,
    ]);
    const wide = f32([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
    expect(await values(weft.gather(wide, computed([1, 2]), { axis: 0 }))).toEqual([
      ...[5, 6, 7, 8],
      ...[NaN, NaN, NaN, NaN],
    ]);
    const { grads } = weft.valueAndGrad(() => weft.sum(weft.gather(x, outside, { axis: 0 })), [x]);
    expect(await values(grads[0] as weft.Tensor)).toEqual([0, 0, 2]);
  });

  test('gatherElements gives NaN, or 0 as an integer, and scatterAdd adds nothing', async () => {
    const [x, outside] = [f32([5, 6, 7]), computed([2, 3, -4, -1, 99, -2147483648])];
    const axis = { axis: 0 };
    expect(await values(weft.gatherElements(x, outside, axis))).toEqual([
      ...[7, NaN, NaN, 7, NaN, NaN],
    ]);
    expect(await values(weft.gatherElements(i32([5, 6, 7]), outside, axis))).toEqual([
      ...[7, 0, 0, 7, 0, 0],
    ]);
    const source = f32([1, 2, 4, 8, 16, 32]);
    expect(await values(weft.scatterAdd(x, outside, source, axis))).toEqual([5, 6, 16]);
    const gathered = () => weft.sum(weft.gatherElements(x, outside, axis));
    expect(await values(weft.valueAndGrad(gathered, [x]).grads[0] as weft.Tensor)).toEqual([
      ...[0, 0, 2],
    ]);
  });

  test('oneHot gives zeros', async () => {
    expect(await values(weft.oneHot(computed([1, -1, 2, -3]), { depth: 2 }))).toEqual([
      0, 1, 0, 1, 0, 0, 0, 0,
    ]);
  });

  test('softmaxCrossEntropy gives NaN, and NaN in the gradient of that row alone', async () => {
    const logits = f32([1, 2, 3, 4, 5, 7], [2, 3]);
    for (const wrong of [3, -1, 2147483647]) {
      const { value, grads } = weft.valueAndGrad(
        () => weft.softmaxCrossEntropy(logits, computed([0, wrong])),
        [logits],
      );
      expect(await value.item()).toBeNaN();
      const rows = await values(grads[0] as weft.Tensor);
      expect(rows.map(Number.isNaN)).toEqual([false, false, false, true, true, true]);
    }
  });

  test('a batch holds NaN and the label −1', async () => {
    const chosen = device.empty([2], 'u32');
    device.launch(copyKernel, { N: 2 }, { x: i32([3, 8]), y: chosen }, [2]);
    const { x, labels } = weft.takeBatch({ ...set(), indices: chosen }, indices(0), 2);
    expect(await values(labels)).toEqual([3, -1]);
    const pixels = await values(x);
    expect(pixels.slice(0, 2).map((p) => Math.round(p * 255))).toEqual([6, 7]);
    expect(pixels.slice(2)).toEqual([NaN, NaN]);
  });
});

test('numbers that an integer dtype cannot hold are refused where they are uploaded', () => {
  const up = (numbers: ArrayLike<number>, dtype: weft.DType) => () =>
    device.tensor(numbers, [numbers.length], dtype);
  expect(up([0, 1.5], 'i32')).toThrow('value 1 is 1.5');
  expect(up([Number.NaN], 'i32')).toThrow(
    'tensor: i32 holds whole numbers from −2³¹ to 2³¹ − 1, value 0 is NaN',
  );
  expect(up([2 ** 31], 'i32')).toThrow('value 0 is 2147483648');
  expect(up([-1], 'u32')).toThrow('u32 holds whole numbers from 0 to 2³² − 1, value 0 is -1');
  expect(up(Int32Array.of(7, -1), 'u32')).toThrow('value 1 is -1');
  expect(up([256], 'u8')).toThrow('u8 holds whole numbers from 0 to 255, value 0 is 256');
  expect(up([1], 'constructor' as never)).toThrow(
    "dtype must be one of f32, i32, u32, u8, got 'con",
  );
  expect(() => device.full([2], 0.5, 'i32')).toThrow('value 0 is 0.5');
  const t = i32([1, 2]);
  expect(() => device.write(t, [1, 0.5])).toThrow('write: i32 holds');
  expect(() => device.tensor(undefined as never, [1])).toThrow('the data has none');
  expect(() => device.empty('2' as never)).toThrow("'2' is no shape: it must be a list");
});
