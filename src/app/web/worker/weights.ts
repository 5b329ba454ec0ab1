// Weights from a person's file in the worker: judged at once, and the network that can be looked into from then on.
import { version } from '../../../../package.json';
import { judgeWeights } from '../../imported.ts';
import type { RunConfig } from '../../record.ts';
import { hostOf } from '../advice.ts';
import type { WeightsState } from '../protocol.ts';
import { setReplay } from './epochs.ts';
import { openGpu } from './gpu.ts';
import { held, send, textOf } from './held.ts';
import { finished, pageVerdict } from './judgement.ts';

/** What is refused before it is read: the largest network that the page takes is far smaller. */
const MOST_BYTES = 2 ** 28;

interface Given {
  readonly file: File;
  readonly config: RunConfig;
}

export async function readWeights({ file, config }: Given): Promise<void> {
  const say = (status: WeightsState['status'], text: string) =>
    send({ kind: 'weights', weights: { status, text } });
  const { data, exploration } = held;
  if (!data || !exploration || held.control) {
    say('refused', `${file.name} was not read: a training is under way. Stop it first.`);
    return;
  }
  if (file.size > MOST_BYTES) {
    say('refused', `${file.name} takes ${file.size} bytes, more than any network of this page.`);
    return;
  }
  say('reading', file.name);
  try {
    const { verdict, model } = await judgeWeights({
      device: held.device ?? (await openGpu()),
      data,
      config,
      fileName: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
      runtime: { host: hostOf(navigator.userAgent), weft: version, commit: null },
      now: () => performance.now(),
      date: () => new Date(),
    });
    held.network = model;
    held.step = undefined;
    held.last = finished(verdict, data, exploration);
    // Nothing of the run before speaks of these weights.
    held.run = undefined;
    setReplay(undefined);
    send({ kind: 'verdict', verdict: pageVerdict(held.last), run: undefined });
    say('taken', file.name);
  } catch (error) {
    say('refused', textOf(error));
  }
}
