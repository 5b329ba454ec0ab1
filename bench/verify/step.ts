// The whole recorded step against float64, before it is timed: what it draws, its loss, every gradient, what Adam makes
// of them. Every dispatch of the step has a part in one of these, whatever has been fused with what.
import { type Tensor, drawBatch, dropout } from '../../src/tensor/index.ts';
import type { Verified } from '../result.ts';
import type { Training } from '../training.ts';
import { adamStep, errorOf } from './float64.ts';
import { referenceStep } from './network.ts';

/**
 * Where two values of a pool's window are equal but for rounding f32 may choose the other one, and a gradient moves by
 * one of its many terms: it happens to one training in many, and then not to the next.
 */
const GRADIENTS = 1e-4;
const SUMS = 2e-5;

const RATE = 0.5;
const HIDDEN = 128;
/** Its place among the layers of the reference network, from which dropout draws. */
const DROPOUT_STREAM = 11;

/** Takes the first step of a fresh training. @returns what was compared; the caller judges */
export async function verifyStep({ model, step, samples, batch, seed }: Training) {
  const { device, arena } = model;
  const before = await arena.read();
  const state = device.tensor([seed, 0], [2], 'u32');
  const all = device.tensor(
    Uint32Array.from({ length: samples.labels.size }, (_, i) => i),
    [samples.labels.size],
    'u32',
  );
  const drawn = drawBatch({ ...samples, indices: all }, state, batch);
  const options = { rate: RATE, stream: DROPOUT_STREAM };
  const mask = dropout(device.full([batch, HIDDEN], 1), state, options);
  const [x, labels, masked] = await Promise.all(
    [drawn.x, drawn.labels, mask].map((t: Tensor) => t.data()),
  );

  step.run(1);
  const { loss, values } = await step.metrics(0);
  const hits = values.get('correct') ?? [NaN];
  const { weights, moments } = await step.checkpoint();
  const packed = (await arena.gradients.data()) as Float32Array;
  const gradients = arena.split(packed);

  const want = referenceStep({
    batch,
    x: x as Float32Array,
    labels: labels as Int32Array,
    weights: before,
    mask: masked as Float32Array,
  });
  const verified: Verified[] = [];
  const compare = (name: string, tolerance: number, error: number) =>
    verified.push({ name: `step of ${batch}: ${name}`, error, tolerance });
  compare('batch drawn', 1e-7, await drawnWrongly(samples, x!, labels!));
  compare('dropout mask', 1, maskedWrongly(masked!));
  compare('loss', SUMS, errorOf(loss, [want.loss]));
  compare('hits', 1 / batch, Math.abs(hits[0]! - hitsOf(want.logits, labels!)) / batch);
  for (const [name, gradient] of want.gradients) {
    compare(`gradient of ${name}`, GRADIENTS, errorOf(gradients.get(name)?.data ?? [], gradient));
  }
  // Adam is held against its own gradients: of a gradient near 0 it takes the sign.
  const old = new Float32Array(packed.length);
  const now = new Float32Array(packed.length);
  let at = 0;
  for (const [name, { data }] of before) {
    old.set(data, at);
    now.set(weights.get(name)?.data ?? [], at);
    at += Math.ceil(data.length / 64) * 64;
  }
  const adam = adamStep(old, packed, 0.001);
  const moved = (p: ArrayLike<number>) => Float64Array.from(p, (value, i) => value - old[i]!);
  compare('Adam', 2e-4, errorOf(moved(now), moved(adam.p)));
  compare('Adam m', SUMS, errorOf(moments.get('m')?.data ?? [], adam.m));
  compare('Adam v', SUMS, errorOf(moments.get('v')?.data ?? [], adam.v));
  return verified;
}

const PIXELS = 784;

/** Share of the drawn images that are no sample of the set with its label, or came twice. */
async function drawnWrongly(
  samples: Training['samples'],
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
): Promise<number> {
  const [images, classes] = await Promise.all([samples.images.data(), samples.labels.data()]);
  const keyOf = (image: ArrayLike<number>, label: number | undefined) =>
    `${Array.from(image).join()} ${label}`;
  const left = new Set(
    Array.from(classes, (c, i) => keyOf(images.subarray(i * PIXELS, (i + 1) * PIXELS), c)),
  );
  const bytes = Float32Array.from(x, (value) => Math.round(value * 255));
  const drawn = Array.from(labels, (c, i) =>
    keyOf(bytes.subarray(i * PIXELS, (i + 1) * PIXELS), c),
  );
  const off = Float32Array.from(x, (value, i) => Math.abs(value - bytes[i]! / 255));
  if (Math.max(...off.filter((value) => value > 1e-6)) > 0) return 1;
  return drawn.filter((key) => !left.delete(key)).length / drawn.length;
}

/** |share kept − rate| in units of five standard deviations; infinite where a value is neither 0 nor 1 / (1 − rate). */
function maskedWrongly(mask: ArrayLike<number>): number {
  const values = Array.from(mask);
  if (values.some((value) => value !== 0 && value !== 1 / (1 - RATE))) return Infinity;
  const kept = values.filter((value) => value > 0).length / values.length;
  return Math.abs(kept - (1 - RATE)) / (5 * Math.sqrt((RATE * (1 - RATE)) / values.length));
}

function hitsOf(logits: Float64Array, labels: ArrayLike<number>): number {
  const classes = logits.length / labels.length;
  return Array.from(labels).filter((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    return row.every((z) => z <= row[label]!);
  }).length;
}
