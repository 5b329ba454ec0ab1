// Networks that have a name: it stands for a text, which is what is kept.
import { type NetworkParts, airFrom, resnetFrom } from '../../nn/index.ts';
import { type Draft, newLayer } from './draft.ts';
import { NO_LAYERS, writeNetwork } from './text.ts';

/** The reference network's text; a run without a network of its own has it. */
export const REFERENCE = 'conv32-pool-conv64-pool-conv128-dense128-drop0.5';

/** The engine's residual networks, in the words of a text. */
const DRAFTS: NetworkParts<Draft> = {
  conv: (filters, { kernel = 3, stride = 1 } = {}) => ({
    ...newLayer('conv'),
    ...{ size: String(filters), kernel: String(kernel), stride: String(stride) },
    // A filter of one pixel is at home on every pixel: no padding makes the same image.
    padding: kernel === 1 ? 'valid' : 'same',
    ...{ activation: 'linear', bias: 'nobias' },
  }),
  norm: () => newLayer('bn'),
  relu: () => newLayer('act'),
  maxPool: () => newLayer('pool'),
  globalMean: () => newLayer('gap'),
  globalMax: () => newLayer('gmax'),
  residual: (body, shortcut) => ({ ...newLayer('res'), body, ...(shortcut && { shortcut }) }),
  repeated: (times, body) =>
    times > 1
      ? [{ ...newLayer('times'), size: String(times), body }]
      : Array.from({ length: times }, () => body).flat(),
};

const resnet = (blocks: number, width = 16, preActivation = false): string =>
  writeNetwork(resnetFrom(DRAFTS, { blocks, width, preActivation }));
const air = (width = 24): string => writeNetwork(airFrom(DRAFTS, { width }));

export const PRESETS = {
  reference: REFERENCE,
  smaller: 'conv8-pool-conv16-pool-dense32',
  larger: 'conv64-pool-conv128-pool-conv256-dense256-drop0.5',
  deeper:
    'conv32_same-conv32_same-pool-conv64_same-conv64_same-pool-conv128_same-gap-dense128-drop0.5',
  air: air(),
  resnet8: resnet(1),
  resnet14: resnet(2),
  resnet20: resnet(3),
  dense: 'dense128',
  linear: NO_LAYERS,
} as const;

/** `resnet8_w2` has twice the filters, `resnet8_pre` normalizes first; `air_w0.5` has half of them. */
const VARIANT = /^(air|resnet(?:8|14|20))(?:_w(\d{1,2}(?:\.\d{1,3})?))?(_pre)?$/;

/** The text that a name stands for; undefined for one that is no name. */
export function namedNetwork(name: string): string | undefined {
  const known = Object.entries(PRESETS).find(([preset]) => preset === name)?.[1];
  if (known !== undefined) return known;
  const [, stem = '', wide = '1', pre] = VARIANT.exec(name) ?? [];
  const width = (usual: number) => Math.round(usual * Number(wide));
  if (stem === 'air') return pre === undefined && width(24) > 0 ? air(width(24)) : undefined;
  const blocks = (Number(stem.slice('resnet'.length)) - 2) / 6;
  return blocks >= 1 && width(16) > 0 ? resnet(blocks, width(16), pre !== undefined) : undefined;
}
