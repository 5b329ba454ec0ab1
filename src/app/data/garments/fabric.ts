// What a garment is made of: base tone, pattern, folds and roundness, as a brightness per point.

import { mix, type Random } from '../random.ts';

export type Fabric = (x: number, y: number) => number;

export type Pattern =
  'plain' | 'stripes' | 'pinstripes' | 'check' | 'dots' | 'knit' | 'gradient' | 'mottled';

export interface FabricOptions {
  /** Which patterns, by weight. */
  readonly patterns: Readonly<Partial<Record<Pattern, number>>>;
  /** Base tone, darkest and lightest. */
  readonly tone?: readonly [number, number];
}

const clamp = (value: number): number => Math.min(1, Math.max(0.04, value));

/** A triangle wave of period 1 from 0 to 1. */
const wave = (t: number): number => Math.abs((t - Math.floor(t)) * 2 - 1);

const [STEP_X, STEP_Y] = [0x1f123bb5, 0x5f356495];
const ease = (t: number): number => t * t * (3 - 2 * t);
/** A point of the lattice, -1 to 1. */
const at = (key: number): number => mix(key) / 2 ** 31 - 1;

/** Smooth noise in -1..1 over a lattice of unit cells. */
export function smoothNoise(seed: number, x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = ease(x - ix);
  const fy = ease(y - iy);
  const key = (seed + Math.imul(ix, STEP_X) + Math.imul(iy, STEP_Y)) | 0;
  const top = at(key) * (1 - fx) + at(key + STEP_X) * fx;
  const bottom = at(key + STEP_Y) * (1 - fx) + at(key + STEP_X + STEP_Y) * fx;
  return top * (1 - fy) + bottom * fy;
}

/** Picks one of the names by weight. */
export function weighted<T extends string>(
  random: Random,
  weights: Readonly<Partial<Record<T, number>>>,
): T {
  const entries = Object.entries(weights) as [T, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.uniform(0, total);
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  return entries.at(-1)![0];
}

/** The pattern alone, about -1..1. */
function patternOf(random: Random, pattern: Pattern): Fabric {
  const phase = random.uniform(0, 1);
  const seed = random.next();
  const sharp = random.chance(0.6);
  const band = (t: number): number => {
    const w = wave(t + phase);
    return sharp ? Math.min(1, Math.max(-1, (w - 0.5) * 6)) : w * 2 - 1;
  };
  switch (pattern) {
    case 'plain':
      return () => 0;
    case 'stripes': {
      const period = random.uniform(2.6, 7);
      return (_, y) => band(y / period);
    }
    case 'pinstripes': {
      const period = random.uniform(2.4, 5);
      return (x) => band(x / period);
    }
    case 'check': {
      const period = random.uniform(3, 6);
      return (x, y) => (band(x / period) + band(y / period)) / 2;
    }
    case 'dots': {
      const period = random.uniform(3, 5);
      return (x, y) => {
        const row = Math.floor(y / period);
        const [dx, dy] = [wave(x / period + row / 2) * 2 - 1, wave(y / period) * 2 - 1];
        return Math.max(-1, Math.min(1, (dx * dx + dy * dy - 0.5) * 3));
      };
    }
    case 'knit':
      return (x, y) => (wave(y / 2) + wave(x / 2 + Math.floor(y / 2) / 2) - 1) * 0.8;
    case 'gradient': {
      const [top, span] = [random.uniform(4, 12), random.uniform(8, 20)];
      return (_, y) => Math.max(-1, Math.min(1, ((y - top) / span) * 2 - 1));
    }
    case 'mottled':
      return (x, y) => smoothNoise(seed, x / 3, y / 3);
  }
}

/** A fabric drawn at random: tone, pattern and its contrast, folds, light from one side. */
export function drawFabric(random: Random, options: FabricOptions): Fabric {
  const [darkest, lightest] = options.tone ?? [0.27, 0.98];
  const tone = random.uniform(darkest, lightest);
  const pattern = patternOf(random, weighted(random, options.patterns));
  const contrast = random.uniform(0.05, 0.27) * (random.chance(0.5) ? 1 : -1);
  const folds = random.uniform(0.01, 0.1);
  const foldSeed = random.next();
  const [foldWidth, foldLength] = [random.uniform(1.8, 4), random.uniform(5, 14)];
  const light = random.uniform(-0.014, 0.014);
  const round = random.uniform(0, 0.0022);
  return (x, y) => {
    const middle = x - 14;
    const lit = tone * (1 + light * middle - round * middle * middle);
    return clamp(
      lit +
        contrast * pattern(x, y) * (0.35 + 0.65 * tone) +
        folds * smoothNoise(foldSeed, x / foldWidth + y * 0.06, y / foldLength),
    );
  };
}

/** The same fabric, darker or lighter. */
export function shaded(fabric: Fabric, factor: number): Fabric {
  return (x, y) => clamp(fabric(x, y) * factor);
}
