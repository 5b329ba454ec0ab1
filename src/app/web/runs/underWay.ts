// The run under way as the comparison shows it, beside those that are kept: it grows from epoch to epoch.
import { useMemo } from 'preact/hooks';
import type { Task } from '../../data/dataset.ts';
import { REFERENCE } from '../../network.ts';
import { checkNetwork } from '../../network/check.ts';
import { isRunning, type State } from '../state.ts';
import { type Compared, freeName, type KeptRun } from './kept.ts';

export interface UnderWay extends Compared {
  /** Epochs that it will have. */
  readonly of: number;
  readonly isPaused: boolean;
}

/** Another one only when an epoch is done or a lever was pulled, not with every step. */
export function useUnderWay({ run, data, device }: State, task: Task, kept: readonly KeptRun[]) {
  const isPaused = run?.phase === 'paused';
  return useMemo((): UnderWay | undefined => {
    if (!run || !isRunning(run)) return undefined;
    const { config, counts, epochs, turns } = run;
    return {
      id: 'under way',
      name: freeName(kept), // as it will be kept
      config: { ...config, turns },
      epochs,
      data: data?.title ?? '',
      images: counts.train,
      adapter: device.status === 'ready' ? device.adapter.name : '',
      parameters: checkNetwork(config.network ?? REFERENCE, task).summary?.parameters ?? 0,
      timeMs: epochs.reduce((sum, { timeMs }) => sum + timeMs, 0),
      of: config.epochs,
      isPaused,
    };
  }, [isRunning(run), run?.config, run?.epochs, run?.turns, isPaused, kept]);
}
