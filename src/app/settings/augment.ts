// Augmentation as a line of text, `flip,shift2`: what the address, the command line and run.json hold.
import type { AugmentOptions } from '../../tensor/index.ts';
import { cited, readNumber } from '../readNumber.ts';
import { type Kind } from './kinds.ts';
import { text as anyText } from '../schema/values.ts';
import * as v from 'valibot';

interface Transform {
  readonly title: string;
  /** What its number counts, and between what it lies; absent where there is none to give. */
  readonly number?: {
    readonly unit: string;
    readonly least: number;
    readonly most: number;
    readonly step: number;
    /** Where a person begins. */
    readonly usual: number;
  };
}

const share = (least: number, most: number, usual: number) => ({
  number: { unit: 'share', least, most, step: 0.05, usual },
});
const pixels = (usual: number) => ({
  number: { unit: 'pixels', least: 1, most: 14, step: 1, usual },
});

/** In the order in which they are written and shown. */
export const TRANSFORMS = {
  flip: { title: 'Mirror' },
  shift: { title: 'Shift', ...pixels(2) },
  reflect: { title: 'Edges mirrored' },
  crop: { title: 'Crop, at least', ...share(0.3, 0.95, 0.8) },
  rotate: { title: 'Rotate', number: { unit: 'degrees', least: 1, most: 180, step: 1, usual: 10 } },
  scale: { title: 'Scale', ...share(0.05, 0.5, 0.1) },
  brightness: { title: 'Brightness', ...share(0.05, 1, 0.1) },
  contrast: { title: 'Contrast', ...share(0.05, 1, 0.2) },
  cutout: { title: 'Cutout', ...pixels(8) },
  mixup: { title: 'Mixup', ...share(0.05, 1, 0.2) },
  cutmix: { title: 'CutMix', ...share(0.05, 1, 1) },
} as const satisfies Readonly<Record<string, Transform>>;

export type TransformName = keyof typeof TRANSFORMS;

/** What is done, by name: its number, or 1. */
export type Transforms = Readonly<Partial<Record<TransformName, number>>>;

export const NONE = 'none';
/** Whole lines by a name. */
export const AUGMENT_PRESETS: Readonly<Record<string, string>> = {
  [NONE]: '',
  fashion: 'flip,shift2',
};

/** @throws RangeError that says what is wrong */
export function readTransforms(line: string): Transforms {
  const text = line.trim().toLowerCase();
  const whole = Object.hasOwn(AUGMENT_PRESETS, text) ? (AUGMENT_PRESETS[text] ?? '') : text;
  const found = new Map<TransformName, number>();
  for (const part of whole === '' ? [] : whole.split(',')) {
    const [, name = '', number = ''] = /^\s*([a-z]+)([\d.]*)\s*$/.exec(part) ?? [];
    if (!Object.hasOwn(TRANSFORMS, name))
      throw new RangeError(`${cited(part)} is none of ${Object.keys(TRANSFORMS).join(', ')}.`);
    const transform: Transform = TRANSFORMS[name as TransformName];
    const { least = 1, most = 1, step = 1 } = transform.number ?? {};
    const value = transform.number ? readNumber(number) : number === '' ? 1 : NaN;
    if (!(value >= least && value <= most && (step < 1 || Number.isInteger(value))))
      throw new RangeError(
        transform.number
          ? `${cited(part)}: behind ${name} stands a ${step < 1 ? '' : 'whole '}number from ${least} to ${most}.`
          : `${cited(part)}: ${name} stands without a number.`,
      );
    found.set(name as TransformName, value);
  }
  return Object.fromEntries(found);
}

/** In its usual form: the order of the transforms, 'none' for nothing. */
export function writeTransforms(transforms: Transforms): string {
  const parts = (Object.keys(TRANSFORMS) as TransformName[]).flatMap((name) => {
    const value = transforms[name];
    if (value === undefined) return [];
    return ['number' in TRANSFORMS[name] ? `${name}${value}` : name];
  });
  return parts.join() || NONE;
}

/** What the engine is asked for; undefined for nothing. */
export function augmentOptions(line: string): AugmentOptions | undefined {
  const { flip, reflect, ...numbers } = readTransforms(line);
  if (writeTransforms({ ...numbers, ...(flip && { flip }) }) === NONE) return undefined;
  return { ...numbers, flip: flip === 1, padding: reflect ? 'reflect' : 'zeros' };
}

/** A line as people read it: 'Mirror, Shift 2 pixels'; '' for nothing. */
export const saidTransforms = (line: string): string =>
  Object.entries(readTransforms(line))
    .map(([name, value]) => {
      const { title, number }: Transform = TRANSFORMS[name as TransformName];
      return number
        ? `${title.toLowerCase()} ${value}${number.unit === 'share' ? '' : ` ${number.unit}`}`
        : title.toLowerCase();
    })
    .join(', ');

export const AUGMENT: Kind<string> = {
  wants: 'a list such as flip,shift2',
  placeholder: '<transforms>',
  read: (text) => writeTransforms(readTransforms(text)),
  said: (text) => `: ${saidTransforms(text)}`,
  write: String,
  schema: v.pipe(
    anyText,
    v.check(isLine, `a list of ${Object.keys(TRANSFORMS).join(', ')} belongs there`),
  ),
};

function isLine(text: string): boolean {
  try {
    readTransforms(text);
    return true;
  } catch {
    return false;
  }
}
