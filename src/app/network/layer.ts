// From a layer as it is written to the engine’s, or to a sentence about what is wrong with its settings.
import {
  type Module,
  avgPool2d,
  batchNorm,
  conv2d,
  dense,
  dropout,
  gelu,
  globalAvgPool2d,
  globalMaxPool2d,
  groupNorm,
  layerNorm,
  leakyRelu,
  maxPool2d,
  relu,
  sigmoid,
  tanh,
} from '../../nn/index.ts';
import { MOST_SIDE } from '../data/dataset.ts';
import { cited } from '../readNumber.ts';
import { between, whole as wholeFrom } from '../settings/kinds.ts';
import { ACTIVATIONS, type Draft, LAYERS, LAYER_NAMES, PADDINGS } from './draft.ts';
import { kindHeading } from './kinds.ts';
import { isBalanced } from './text.ts';

const MOST_FILTERS = 1024;
const MOST_UNITS = 4096;
const MOST_GROUPS = 1024;
/** Height and width of an image are no larger. */
const MOST_WINDOW = MOST_SIDE;
const MOST_STRIDE = 8;
const MOST_TIMES = 64;

/** What a written layer is to the engine: the layer, and its activation. */
export interface Made {
  readonly layer: Module;
  readonly activation?: Module | undefined;
  /** Of a window that has to fit the image. */
  readonly window?: number | undefined;
  /** Into which the channels have to fall. */
  readonly groups?: number | undefined;
}

/** The engine's layer of one that holds no others, or a sentence about the first of its settings that is wrong. */
export const layerOf = (draft: Draft): Made | string =>
  problemOfWords(draft) ?? orProblem(() => made(draft));

/** @throws RangeError with that sentence */
function made(draft: Draft): Made {
  const { kind, size, kernel, stride } = draft;
  const activation = activationOf(draft);
  const padding = PADDINGS.find((name) => name === draft.padding) ?? 'valid';
  const useBias = draft.bias !== 'nobias';
  const window = () => whole(size, 'size of a window', MOST_WINDOW);
  switch (kind) {
    case 'conv': {
      const filters = whole(size, 'number of filters', MOST_FILTERS);
      const R = whole(kernel, 'size of a filter', MOST_WINDOW);
      const step = whole(stride, 'stride', MOST_STRIDE);
      const layer = conv2d({ filters, kernel: R, stride: step, padding, useBias });
      return { layer, activation, window: padding === 'valid' ? R : undefined };
    }
    case 'pool':
      return { layer: maxPool2d({ window: window() }), window: window() };
    case 'avg':
      return { layer: avgPool2d({ window: window() }), window: window() };
    case 'dense': {
      const units = whole(size, 'number of units', MOST_UNITS);
      return { layer: dense({ units, useBias }), activation };
    }
    case 'drop': {
      const rate = SHARE.read(size);
      if (rate === undefined)
        throw new RangeError(
          `${cited(size)} is not a share of values to drop, from 0 to below 1, such as 0.5.`,
        );
      return { layer: dropout({ rate }) };
    }
    case 'gn': {
      const groups = whole(size, 'number of groups', MOST_GROUPS);
      return { layer: groupNorm({ groups }), groups };
    }
    case 'act':
      if (!activation) throw new RangeError('An activation is one of the functions.');
      return { layer: activation };
    case 'gap':
      return { layer: globalAvgPool2d() };
    case 'gmax':
      return { layer: globalMaxPool2d() };
    case 'bn':
      return { layer: batchNorm() };
    case 'ln':
      return { layer: layerNorm() };
    case 'res':
    case 'times':
    case 'unknown':
      throw new Error(`${kind} is no single layer of the engine`);
    default:
      return kind satisfies never;
  }
}

/** How often a repetition is to be repeated, or what is wrong with it. */
export const timesOf = ({ size }: Draft): number | string =>
  orProblem(() => whole(size, 'number of repetitions', MOST_TIMES));

/** What is written of a layer and cannot be meant. */
export function problemOfWords({ kind, rest, size }: Draft): string | undefined {
  if (kind === 'unknown') {
    if (!isBalanced(rest)) return `${cited(rest)} has a bracket without its partner.`;
    const names = LAYER_NAMES.map((name) => LAYERS[name].listed ?? name);
    return `There is no layer ${cited(rest)}; there are ${names.join(', ')}.`;
  }
  const { engineKind, settings, example } = LAYERS[kind];
  const foreign = rest !== '' ? rest : settings.includes('size') ? '' : size;
  if (foreign === '') return undefined;
  return `${kindHeading(engineKind)} has no setting ${cited(foreign)}; write it like ${example}.`;
}

const FUNCTIONS = { relu, leakyRelu, gelu, tanh, sigmoid };

function activationOf({ activation }: Draft): Module | undefined {
  const name = ACTIVATIONS.find((one) => one === activation);
  return name && name !== 'linear' ? FUNCTIONS[name]() : undefined;
}

const SHARE = between(1, true);

/** @throws RangeError on a text that is no whole number from 1 to `most` */
function whole(text: string, what: string, most: number): number {
  const { read, wants } = wholeFrom(1, most);
  const value = read(text);
  if (value === undefined) throw new RangeError(`${cited(text)} is no ${what}: it takes ${wants}.`);
  return value;
}

function orProblem<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}
