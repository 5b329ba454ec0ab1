// A run in the formats of other tools, loaded when somebody asks for one.
import { zipSync } from 'fflate';
import { FORMATS, type FormatName, trainedIn } from '../../export/formats.ts';
import type { Verdict } from '../../experiment.ts';
import type { ExportName } from '../protocol.ts';
import { openGpu } from './gpu.ts';
import { held } from './held.ts';

const FILES: Readonly<Partial<Record<ExportName, FormatName>>> = {
  'model.onnx': 'onnx',
  'pytorch.zip': 'pytorch',
  'model_keras.py': 'keras',
};

/** The file; several go into one archive. */
export async function exportedTo(
  what: ExportName,
  record: Verdict['record'],
  weights: Verdict['weights'],
): Promise<BlobPart> {
  const format = FILES[what];
  if (format === undefined) throw new RangeError(`${what} is no file for other tools`);
  const trained = trainedIn(record, weights, async () => held.device ?? openGpu());
  const files = await FORMATS[format].files(trained);
  const [only, ...others] = files;
  if (only && others.length === 0) return only.contents as string | Uint8Array<ArrayBuffer>;
  const bytes = (contents: string | Uint8Array) =>
    typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
  const entries = files.map(({ name, contents }) => [name, bytes(contents)] as const);
  return zipSync(Object.fromEntries(entries));
}
