// The learning rate over the steps of a run, as its settings ask.
import {
  type Schedule,
  constant,
  cosineDecay,
  linearDecay,
  oneCycle,
  stepDecay,
  warmUp,
} from '../nn/index.ts';
import { stepsBy } from './extent.ts';
import type { RunConfig } from './record.ts';
import { warmupOf } from './settings/schedules.ts';

type Settings = Pick<RunConfig, 'learningRate' | 'schedule' | 'warmup' | 'epochs' | 'batchSize'>;

/** @param samples training images */
export function scheduleOf(settings: Settings, samples: number): Schedule {
  const { learningRate: peak, schedule, epochs, batchSize } = settings;
  const all = stepsBy(epochs, samples, batchSize);
  const rise = warmupOf(settings);
  if (schedule === 'onecycle') return oneCycle({ peak, steps: Math.max(1, all), rise });
  const rising = Math.ceil(all * rise);
  const steps = Math.max(1, all - rising);
  const fallings = {
    cosine: () => cosineDecay({ peak, steps }),
    linear: () => linearDecay({ initial: peak, steps }),
    step: () => stepDecay({ initial: peak, rate: 0.1, steps: Math.ceil(steps / 3) }),
    constant: () => constant(peak),
  };
  const falling = fallings[schedule]();
  return rising === 0 ? falling : warmUp(falling, { steps: rising });
}
