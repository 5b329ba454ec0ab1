// What a trained network is exported to, a row for each format.
import { type Module, Sequential, type Weights, toOnnx, writeSafetensors } from '../../nn/index.ts';
import type { Device } from '../../tensor/index.ts';
import { networkTitle } from '../network.ts';
import { layersOf } from '../network/layers.ts';
import { type RunRecord, taskOfRun } from '../record.ts';
import { percent } from '../wording.ts';
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

/** What a run has learned. `open` gives a device, once a format asks for one. @throws RangeError on a network that cannot be built */
export function trainedIn(
  record: RunRecord,
  weights: Trained['weights'],
  open: () => Promise<Device>,
): Trained {
  const { config, dataset, test, digest } = record;
  const layers = layersOf(config.network, taskOfRun(record));
  return {
    ...{ inputShape: dataset.shape, layers, weights },
    title: `${networkTitle(config.network)}, trained on ${dataset.title}: test accuracy ${percent(test.accuracy)}, digest ${digest}`,
    async onDevice() {
      const model = new Sequential(await open(), dataset.shape, layers);
      model.arena.load(weights);
      return model;
    },
  };
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
