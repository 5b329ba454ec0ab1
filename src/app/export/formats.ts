// What a trained network is exported to, a row for each format.
import {
  type Module,
  type Sequential,
  type Weights,
  toOnnx,
  writeSafetensors,
} from '../../nn/index.ts';
import { kerasCode } from './keras.ts';
import { pytorchCode, pytorchWeights } from './pytorch.ts';
import { builtTree } from './python.ts';

/** A network and what it has learned. */
export interface Trained {
  /** Of one image. */
  readonly inputShape: readonly number[];
  readonly layers: readonly Module[];
  /** By weft's names. */
  readonly weights: ReadonlyMap<string, Weights>;
  /** One line that says what it is. */
  readonly title: string;
  /** The network on a device, made when a format asks for it. */
  readonly onDevice: () => Promise<Sequential>;
}

/** An exported file: its path in the folder of the export. */
export interface Exported {
  readonly name: string;
  readonly contents: string | Uint8Array;
}

export interface Format {
  readonly title: string;
  /** Completes "model.onnx: …". */
  readonly what: string;
  readonly files: (network: Trained) => Promise<readonly Exported[]> | readonly Exported[];
}

/** By the name that `weft export --to` takes. */
export const FORMATS = {
  onnx: {
    title: 'ONNX',
    what: 'for ONNX Runtime and whatever else reads ONNX: input f32 [N,C,H,W], pixels / 255; output logits',
    files: async ({ onDevice, title }) => [
      {
        name: 'model.onnx',
        contents: await toOnnx(await onDevice(), {
          name: 'weft',
          description: `${title}. Pixels are divided by 255; what comes out are logits.`,
        }),
      },
    ],
  },
  pytorch: {
    title: 'PyTorch',
    what: 'the module written out, its weights, and a script that loads both and evaluates',
    files: ({ inputShape, layers, weights, title }) => [
      { name: 'pytorch/model.py', contents: pytorchCode(builtTree(inputShape, layers), title) },
      { name: 'pytorch/model.safetensors', contents: writeSafetensors(pytorchWeights(weights)) },
    ],
  },
  keras: {
    title: 'Keras',
    what: 'the network as one would write it there, without its weights',
    files: ({ inputShape, layers, title }) => [
      { name: 'model_keras.py', contents: kerasCode(builtTree(inputShape, layers), title) },
    ],
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
