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
import { cited, readNumber } from '../readNumber.ts';
import { grouped } from '../wording.ts';
import { ACTIVATIONS, type Draft, LAYERS, PADDINGS } from './draft.ts';
import { kindHeading } from './kinds.ts';
import { isBalanced } from './text.ts';

const MOST_FILTERS = 1024;
const MOST_UNITS = 4096;
const MOST_GROUPS = 1024;
/** Height and width of an image are no larger. */
const MOST_WINDOW = 28;
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
export function layerOf(draft: Draft): Made | string {
  const { kind, size, kernel, stride } = draft;
  const wrong = problemOfWords(draft);
  if (wrong !== undefined || kind === 'unknown') return wrong ?? '';
  const activation = activationOf(draft);
  const padding = PADDINGS.find((name) => name === draft.padding) ?? 'valid';
  const useBias = draft.bias !== 'nobias';
  const window = whole(size, MOST_WINDOW);
  switch (kind) {
    case 'conv': {
      const [filters, R, step] = [
        whole(size, MOST_FILTERS),
        whole(kernel, MOST_WINDOW),
        whole(stride, MOST_STRIDE),
      ];
      if (filters === undefined) return notWhole(size, 'number of filters', MOST_FILTERS);
      if (R === undefined) return notWhole(kernel, 'size of a filter', MOST_WINDOW);
      if (step === undefined) return notWhole(stride, 'stride', MOST_STRIDE);
      const layer = conv2d({ filters, kernel: R, stride: step, padding, useBias });
      return { layer, activation, window: padding === 'valid' ? R : undefined };
    }
    case 'pool':
    case 'avg':
      if (window === undefined) return notWhole(size, 'size of a window', MOST_WINDOW);
      return { layer: (kind === 'pool' ? maxPool2d : avgPool2d)({ window }), window };
    case 'dense': {
      const units = whole(size, MOST_UNITS);
      if (units === undefined) return notWhole(size, 'number of units', MOST_UNITS);
      return { layer: dense({ units, useBias }), activation };
    }
    case 'drop': {
      const rate = readNumber(size);
      if (!(rate >= 0 && rate < 1))
        return `${cited(size)} is not a share of values to drop, from 0 to below 1, such as 0.5.`;
      return { layer: dropout({ rate }) };
    }
    case 'gn': {
      const groups = whole(size, MOST_GROUPS);
      if (groups === undefined) return notWhole(size, 'number of groups', MOST_GROUPS);
      return { layer: groupNorm({ groups }), groups };
    }
    case 'act':
      return activation ? { layer: activation } : 'An activation is one of the functions.';
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
      throw new RangeError(`${kind} holds other layers`);
    default:
      return kind satisfies never;
  }
}

/** How often a repetition is to be repeated, or what is wrong with it. */
export const timesOf = ({ size }: Draft): number | string =>
  whole(size, MOST_TIMES) ?? notWhole(size, 'number of repetitions', MOST_TIMES);

/** What is written of a layer and cannot be meant. */
export function problemOfWords({ kind, rest, size }: Draft): string | undefined {
  if (kind === 'unknown') {
    if (!isBalanced(rest)) return `${cited(rest)} has a bracket without its partner.`;
    const names = Object.keys(LAYERS).filter((name) => !(name in IN_OTHER_WORDS));
    const others = Object.values(IN_OTHER_WORDS);
    return `There is no layer ${cited(rest)}; there are ${[...names, ...others].join(', ')}.`;
  }
  const { engineKind, settings, example } = LAYERS[kind];
  const foreign = rest !== '' ? rest : settings.includes('size') ? '' : size;
  if (foreign === '') return undefined;
  return `${kindHeading(engineKind)} has no setting ${cited(foreign)}; write it like ${example}.`;
}

/** What is not written by its name. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  act: ACTIVATIONS.filter((name) => name !== 'linear').join(', '),
  res: 'res(…)',
  times: '3x(…)',
};

const FUNCTIONS = { relu, leakyRelu, gelu, tanh, sigmoid };

function activationOf({ activation }: Draft): Module | undefined {
  const name = ACTIVATIONS.find((one) => one === activation);
  return name && name !== 'linear' ? FUNCTIONS[name]() : undefined;
}

function whole(text: string, most: number): number | undefined {
  const value = readNumber(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : undefined;
}

const notWhole = (text: string, what: string, most: number) =>
  `${cited(text)} is no ${what}: it takes a whole number from 1 to ${grouped(most)}.`;
