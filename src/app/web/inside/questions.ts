// What the page asks of the inside of the network, and what the worker answers: plain values.
import type { CamMap } from '../../inside/attribution.ts';
import type { Stage } from '../../inside/stage.ts';
import type { ImageRef } from '../protocol.ts';

export type Question =
  | { readonly about: 'flow'; readonly image: ImageRef }
  | {
      readonly about: 'attribution';
      readonly image: ImageRef;
      /** The class whose logit is explained. */
      readonly target: number;
      /** For Grad-CAM. */
      readonly layer: string;
    };

export type Answer =
  | FlowAnswer
  | AttributionAnswer
  /** `soon`: ask again in a moment. */
  | { readonly about: 'nothing'; readonly why: string; readonly soon: boolean };

/** Whose weights: before any training, of the run under way, or of the last one. */
export type Standing = 'untrained' | 'training' | 'trained';

export interface FlowAnswer {
  readonly about: 'flow';
  readonly image: ImageRef;
  readonly pixels: Uint8Array;
  /** undefined for an image that nobody labelled. */
  readonly label: number | undefined;
  readonly classes: readonly string[];
  readonly standing: Standing;
  readonly inputShape: readonly number[];
  readonly stages: readonly Stage[];
}

export interface AttributionAnswer {
  readonly about: 'attribution';
  readonly target: number;
  /** |∂logit/∂pixel|, [28, 28] */
  readonly saliency: Float32Array;
  readonly cam: CamMap;
}
