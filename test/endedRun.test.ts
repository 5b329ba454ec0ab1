// A run that has ended, as a file: read as it was written, and refused whole where anything in it is not as it was.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../src/app/data/dataset.ts';
import { type EndedRun, readEnded, writeEnded } from '../src/app/endedRun.ts';
import { savedOf } from '../src/app/network/layers.ts';
import { FACE } from '../src/app/web/worker/face.ts';
import { readSafetensors, type Weights, writeSafetensors } from '../src/nn/index.ts';
import { recordOf } from './runRecord.ts';

const record = recordOf({ config: { network: 'pool4-dense8' } });
const { counts, classes } = record.dataset;

function tensor(shape: readonly number[]): Weights {
  const length = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Float32Array.from({ length }, (_, i) => Math.sin(i)) };
}

const run: EndedRun = {
  record,
  divergedAt: undefined,
  weights: new Map(
    savedOf('pool4-dense8', FASHION_TASK).map(({ name, shape }) => [name, tensor(shape)]),
  ),
  logits: tensor([counts.test, classes.length]).data,
  face: {
    counts: { train: 10, validation: 0, unused: 0 },
    points: [{ epoch: 0.5, loss: NaN, accuracy: 0.5 }],
  },
};
const bytes = await writeEnded(run);

/** The file with other metadata or tensors, and a checksum that is right again. */
async function forged(
  change: (text: Record<string, unknown>, tensors: Map<string, Weights>) => void,
  format?: string,
): Promise<Uint8Array> {
  const file = readSafetensors('x', bytes);
  const tensors = new Map(
    [...file.tensors].map(([name, { shape, bytes }]): [string, Weights] => [
      name,
      { shape, data: new Float32Array(bytes.slice().buffer) },
    ]),
  );
  const text = JSON.parse(file.metadata.get('run') ?? '') as Record<string, unknown>;
  change(text, tensors);
  const metadata = new Map([
    ['format', format ?? file.metadata.get('format') ?? ''],
    ['run', JSON.stringify(text)],
  ]);
  metadata.set('sha256', await sha256(writeSafetensors(tensors, metadata)));
  return writeSafetensors(tensors, metadata);
}

describe('a run that has ended', () => {
  test('is read as it was written', async () => {
    expect(await readEnded('a run', bytes, FACE)).toEqual(run);
    const diverged = { ...run, divergedAt: 7 };
    expect(await readEnded('a run', await writeEnded(diverged), FACE)).toEqual(diverged);
  });

  test('is refused when a bit has changed', async () => {
    const damaged = bytes.slice();
    damaged[damaged.length - 9] = (damaged[damaged.length - 9] as number) ^ 1;
    await expect(readEnded('a run', damaged)).rejects.toThrow(/a run: .*it has been damaged/);
  });

  const record0 = (text: Record<string, unknown>) => text['record'] as Record<string, unknown>;
  test.each<[string, Parameters<typeof forged>[0], RegExp]>([
    ['no record', (text) => delete text['record'], /^a run: record is missing/],
    ['no digest', (text) => delete record0(text)['digest'], /record\.digest is missing/],
    ['a face of text', (text) => (text['face'] = 'x'), /face is “x”/],
    ['a step of text', (text) => (text['divergedAt'] = 'x'), /divergedAt is “x”/],
    ['no weights', (_, all) => all.delete('weights/fc1.weight'), /holds no weights\/fc1\.weight/],
    [
      'other weights',
      (_, all) => all.set('weights/fc1.weight', tensor([2, 2])),
      /weights\/fc1\.weight has the shape \[2,2\]/,
    ],
    ['few logits', (_, all) => all.set('logits', tensor([392])), /logits has the shape \[392\]/],
    ['a NaN', (_, all) => all.get('weights/fc1.bias')?.data.set([NaN], 3), /fc1\.bias\[3\] is NaN/],
  ])('with %s is refused', async (_, change, sentence) => {
    await expect(readEnded('a run', await forged(change), FACE)).rejects.toThrow(sentence);
  });

  test('of a newer version, or something else, is refused', async () => {
    const newer = await forged(() => {}, 'weft-ended/9');
    await expect(readEnded('a run', newer)).rejects.toThrow(/newer version of weft/);
    const other = await forged(() => {}, 'weft-checkpoint/1');
    await expect(readEnded('a run', other)).rejects.toThrow(/is not a run that has ended/);
  });
});
