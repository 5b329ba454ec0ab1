// One garment as a training would see it sixteen times: by the kernel that a training step runs.
import { augment } from '../../../tensor/index.ts';
import { shapeOf } from '../../data/dataset.ts';
import { scalePixels } from '../../data/prepare.ts';
import { augmentOptions } from '../../settings/augment.ts';
import type { AugmentedAnswer, AugmentedQuestion } from '../inside/questions.ts';
import { openGpu } from './gpu.ts';
import { held } from './held.ts';

const SHOWN = 16;
/** With so many others in the batch what is mixed is mostly mixed with another garment. */
const BATCH = 256;

export async function augmented({
  pixels,
  line,
  draw,
}: AugmentedQuestion): Promise<AugmentedAnswer> {
  const device = held.device ?? (await openGpu());
  const size = pixels.length;
  const { data } = held;
  if (!data) throw new RangeError('The data is being read.');
  const { images, count } = data.train;
  const batch = new Uint8Array(BATCH * size);
  for (let n = 0; n < BATCH; n++) {
    const at = Math.floor((n * count) / BATCH) * size;
    batch.set(n < SHOWN ? pixels : images.subarray(at, at + size), n * size);
  }
  const x = device.tensor(scalePixels(batch), [BATCH, ...shapeOf(data)]);
  const state = device.tensor([0, draw], [2], 'u32');
  const y = augment(x, state, augmentOptions(line) ?? {});
  const values = await y.data();
  const bytes = Uint8Array.from({ length: SHOWN * size }, (_, i) =>
    Math.round(255 * Math.min(1, Math.max(0, values[i] as number))),
  );
  const shown = Array.from({ length: SHOWN }, (_, n) => bytes.slice(n * size, (n + 1) * size));
  return { about: 'augmented', images: shown };
}
