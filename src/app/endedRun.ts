// A run that has ended, as one file: its record, its weights and what it said of every test image. From it and the
// data set all that was shown of the run is there again.
import * as v from 'valibot';
import { FileError, type Weights } from '../nn/index.ts';
import { savedOf } from './network/layers.ts';
import { type RunRecord, taskOfRun } from './record.ts';
import { type Format, type Schema, formatText, readFormat, readJson } from './schema/format.ts';
import { RUN } from './schema/run.ts';
import { count, object } from './schema/values.ts';
import { prefixed, problemOfValues, readSealed, withPrefix, writeSealed } from './sealed.ts';

export interface EndedRun {
  readonly record: RunRecord;
  readonly weights: ReadonlyMap<string, Weights>;
  /** Of the test images, [count, classes]. */
  readonly logits: Float32Array;
  /** The step whose loss was not finite, from 0; undefined unless it diverged. */
  readonly divergedAt: number | undefined;
  /** What a face wants to find again: plain values, opaque here. */
  readonly face?: unknown;
}

type EndedText = Pick<EndedRun, 'record' | 'face'> & { readonly divergedAt?: number };

const formatWith = (face: Schema<unknown>): Format<EndedText> => ({
  name: 'weft-ended',
  version: 1,
  title: 'a run that has ended',
  schema: object({
    record: RUN.schema,
    divergedAt: v.exactOptional(count),
    face: v.exactOptional(face),
  }),
  up: new Map(),
});

const ANY: Schema<unknown> = v.unknown();
const WEIGHTS = 'weights/';
const LOGITS = 'logits';

export function writeEnded(run: EndedRun): Promise<Uint8Array> {
  const { record, weights, logits, divergedAt, face } = run;
  return writeSealed({
    format: formatText(formatWith(ANY)),
    text: JSON.stringify({ record, divergedAt, face }),
    tensors: new Map([
      ...prefixed(WEIGHTS, weights),
      [LOGITS, { shape: shapeOf(record), data: logits }],
    ]),
  });
}

/**
 * Reads it whole: its checksum, every field, its tensors against the network and the data set that it names.
 * @param face how what a face left in it is read, by default as anything
 * @throws FileError on a file that is broken or holds something else; DataError that names the wrong field
 */
export async function readEnded(
  file: string,
  bytes: Uint8Array,
  face: Schema<unknown> = ANY,
): Promise<EndedRun> {
  const format = formatWith(face);
  const { tensors, text, format: written } = await readSealed(file, bytes, format);
  const { record, divergedAt, ...rest } = readFormat(file, format, written, readJson(file, text));
  const problem = problemOf(tensors, record);
  if (problem !== undefined) throw new FileError(file, problem);
  const logits = tensors.get(LOGITS)?.data as Float32Array;
  return { record, divergedAt, logits, weights: withPrefix(WEIGHTS, tensors), ...rest };
}

function shapeOf({ dataset: { counts, classes } }: RunRecord): readonly number[] {
  return [counts.test, classes.length];
}

/** The first tensor that is missing, or not of the shape that its network or its data set has. */
function problemOf(tensors: ReadonlyMap<string, Weights>, record: RunRecord): string | undefined {
  const wanted = [
    ...savedOf(record.config.network, taskOfRun(record)).map(
      ({ name, shape }) => [WEIGHTS + name, shape] as const,
    ),
    [LOGITS, shapeOf(record)] as const,
  ];
  for (const [name, shape] of wanted) {
    const tensor = tensors.get(name);
    if (!tensor) return `holds no ${name}`;
    if (tensor.shape.join() !== shape.join())
      return `${name} has the shape [${tensor.shape}], [${shape}] belongs there`;
  }
  return problemOfValues(withPrefix(WEIGHTS, tensors)); // what they say may be no number, and is judged so
}
