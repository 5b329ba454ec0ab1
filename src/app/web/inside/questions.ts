// What the page asks of the inside of the network, and what the worker answers: plain values.
import type { CamMap } from '../../inside/attribution.ts';
import type { Code } from '../../inside/code.ts';
import type { Health } from '../../inside/health.ts';
import type { Stage } from '../../inside/stage.ts';
import type { StepCode } from '../../inside/stepCode.ts';
import type { ImageRef } from '../protocol.ts';

export type Question =
  | {
      readonly about: 'flow';
      readonly image: ImageRef;
      /** The network as network.ts writes it, looked into with random weights while none was trained; null: the reference. */
      readonly network: string | null;
    }
  | {
      readonly about: 'attribution';
      readonly image: ImageRef;
      /** The class whose logit is explained. */
      readonly target: number;
      /** For Grad-CAM. */
      readonly layer: string;
    }
  | AugmentedQuestion
  | { readonly about: 'health' }
  | { readonly about: 'steps' }
  | { readonly about: 'code' };

export type Answer =
  | FlowAnswer
  | AttributionAnswer
  | AugmentedAnswer
  | HealthAnswer
  | StepsAnswer
  | CodeAnswer
  /** `soon`: ask again in a moment. */
  | { readonly about: 'nothing'; readonly why: string; readonly soon: boolean };

/** The bytes of an image as a training with such a line of augmentation would see them. */
export interface AugmentedQuestion {
  readonly about: 'augmented';
  readonly pixels: Uint8Array;
  readonly line: string;
  /** Another number, other random ones. */
  readonly draw: number;
}

export interface AugmentedAnswer {
  readonly about: 'augmented';
  readonly images: readonly Uint8Array[];
}

/** Whose weights: before any training, of the run under way, of the last one, or from a file. */
export type Standing = 'untrained' | 'training' | 'trained' | 'given';

export interface FlowAnswer {
  readonly about: 'flow';
  readonly image: ImageRef;
  readonly pixels: Uint8Array;
  /** undefined for an image that nobody labeled. */
  readonly label: number | undefined;
  readonly classes: readonly string[];
  readonly standing: Standing;
  /** Steps of the training that these weights have behind them. */
  readonly stepsDone: number | undefined;
  readonly inputShape: readonly number[];
  readonly stages: readonly Stage[];
}

export interface AttributionAnswer {
  readonly about: 'attribution';
  readonly target: number;
  /** |∂logit/∂pixel|, the largest of the channels, [height, width] */
  readonly saliency: Float32Array;
  readonly cam: CamMap;
}

export interface HealthAnswer {
  readonly about: 'health';
  readonly standing: Standing;
  readonly health: Health;
  /** How long it took. */
  readonly timeMs: number;
}

export interface StepsAnswer {
  readonly about: 'steps';
  /** What single steps did to the weights, as far as they were watched; the newest last. */
  readonly updates: readonly Update[];
}

export interface Update {
  readonly stepsDone: number;
  /** By parameter: ‖Δw‖ / ‖w‖. */
  readonly ratios: ReadonlyMap<string, number>;
}

export interface CodeAnswer {
  readonly about: 'code';
  readonly code: Code;
  /** Of one training step, in order; absent before any training. */
  readonly step: StepCode | undefined;
}
