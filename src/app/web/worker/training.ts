// A training in the worker, from the settings to the verdict. Its network stays, to be looked into.
import { version } from '../../../../package.json';
import { RunControl } from '../../control.ts';
import { divide, runExperiment } from '../../experiment.ts';
import type { RunConfig } from '../../record.ts';
import { hostOf } from '../advice.ts';
import { beginReplay, changesAt, keepEpoch } from './epochs.ts';
import { gpuBytes, openGpu } from './gpu.ts';
import { held, send } from './held.ts';
import { finished, pageVerdict } from './judgement.ts';

export async function train(config: RunConfig, command: string): Promise<void> {
  const { data, exploration } = held;
  if (!data || !exploration || held.control) return;
  const control = new RunControl();
  held.control = control;
  try {
    // All that the run before put on the GPU goes with its device; its results are on this side.
    held.network = undefined;
    held.step = undefined;
    held.device?.destroy();
    const division = divide(data.train, config);
    beginReplay(data, division.validation);
    const verdict = await runExperiment({
      device: await openGpu(),
      data,
      config,
      division,
      runtime: { host: hostOf(navigator.userAgent), weft: version, commit: null },
      command: () => command,
      notes: [],
      control,
      onReady: ({ warmUpMs, model, step }) => {
        held.network = model;
        held.step = step;
        send({ kind: 'training', warmUpMs });
      },
      onProgress: (progress) => send({ kind: 'progress', progress, gpuBytes: gpuBytes() }),
      onEpoch: (epoch, judged) =>
        send({
          kind: 'epoch',
          epoch,
          confusion: keepEpoch(epoch.epoch, judged),
          changes: changesAt(epoch.epoch),
        }),
      now: () => performance.now(),
      date: () => new Date(),
    });
    held.last = finished(verdict, data, exploration);
    send({ kind: 'verdict', verdict: pageVerdict(held.last) });
  } finally {
    held.control = undefined;
  }
}
