// Augmentation as float64 loops over one value at a time, from the same random numbers as the kernels.
import type { AugmentOptions } from '../../src/tensor/index.ts';

export interface Images {
  readonly shape: readonly [number, number, number, number];
  readonly data: ArrayLike<number>;
}

/** pcg4d (Jarzynski & Olano 2020), in 32-bit integers. */
export function pcg4d(input: readonly [number, number, number, number]): number[] {
  const v = input.map((n) => (Math.imul(n, 1664525) + 1013904223) | 0);
  const round = () => {
    const [x, y, z, w] = v as [number, number, number, number];
    const x1 = (x + Math.imul(y, w)) | 0;
    const y1 = (y + Math.imul(z, x1)) | 0;
    const z1 = (z + Math.imul(x1, y1)) | 0;
    const w1 = (w + Math.imul(y1, z1)) | 0;
    v.splice(0, 4, x1, y1, z1, w1);
  };
  round();
  v.forEach((n, i) => (v[i] = n ^ (n >>> 16)));
  round();
  return v.map((n) => n >>> 0);
}

type Four = [number, number, number, number];

/** What is done to the images of one step. */
export class Draws {
  constructor(
    readonly seed: number,
    readonly step: number,
    readonly options: AugmentOptions,
    readonly shape: readonly [number, number, number],
  ) {}

  uniforms(n: number, draw: number): Four {
    const place = (n | (draw << 16) | 0x80000000) >>> 0;
    const bits = pcg4d([place, this.options.stream ?? 0, this.step, this.seed]);
    return bits.map((b) => (b >>> 8) / 2 ** 24) as Four;
  }

  other(n: number): number {
    const [N] = this.shape;
    const [bits = 0] = pcg4d([0xffffffff, this.options.stream ?? 0, this.step, this.seed]);
    return (n + 1 + (bits % Math.max(1, N - 1))) % N;
  }

  beta(n: number, alpha: number): number {
    for (let draw = 8; draw < 40; draw++) {
      const u = this.uniforms(n, draw).map((v) => v + 2 ** -25);
      for (const pair of [u.slice(0, 2), u.slice(2)]) {
        const [a, b] = pair.map((v) => v ** (1 / alpha)) as [number, number];
        // Of what is too small for a number the logarithms tell.
        const [c = 0, d = 0] = pair.map((v) => Math.log(v) / alpha);
        if (a + b <= 1) return a + b > 1e-290 ? a / (a + b) : 1 / (1 + Math.exp(d - c));
      }
    }
    return 0.5;
  }

  /** The share of image n itself at every place, and on the whole. */
  mix(n: number): { readonly share: number; readonly at: (i: number, j: number) => number } {
    const { mixup = 0, cutmix = 0 } = this.options;
    const [, H, W] = this.shape;
    if (mixup === 0 && cutmix === 0) return { share: 1, at: () => 1 };
    const [choice, x, y] = this.uniforms(n, 3);
    const isBox = cutmix > 0 && (mixup === 0 || choice < 0.5);
    const share = this.beta(n, isBox ? cutmix : mixup);
    if (!isBox) return { share, at: () => share };
    const half = (L: number) => Math.floor(Math.floor(L * Math.sqrt(1 - share)) / 2);
    const range = (at: number, L: number) => [
      Math.max(0, Math.floor(at * L) - half(L)),
      Math.min(L, Math.floor(at * L) + half(L)),
    ];
    const [left = 0, right = 0] = range(x, W);
    const [top = 0, bottom = 0] = range(y, H);
    const isOther = (i: number, j: number) => i >= top && i < bottom && j >= left && j < right;
    return {
      share: 1 - ((right - left) * (bottom - top)) / (H * W),
      at: (i, j) => (isOther(i, j) ? 0 : 1),
    };
  }
}

function mirrored(at: number, L: number): number {
  let k = at;
  while (L > 1 && (k < 0 || k >= L)) k = k < 0 ? -k : 2 * (L - 1) - k;
  return L === 1 ? 0 : k;
}

export function augment({ shape, data }: Images, draws: Draws): Float64Array {
  const [N, H, W, C] = shape;
  const { flip, shift = 0, padding = 'zeros', crop = 1, rotate = 0, scale = 0 } = draws.options;
  const { brightness = 0, contrast = 0, cutout = 0 } = draws.options;
  const pixel = (n: number, i: number, j: number, c: number): number => {
    const isInside = i >= 0 && i < H && j >= 0 && j < W;
    if (!isInside && padding === 'zeros') return 0;
    const at = ((n * H + mirrored(i, H)) * W + mirrored(j, W)) * C + c;
    return data[at] ?? NaN;
  };
  const looked = (n: number, i: number, j: number, c: number): number => {
    const [toFlip, dx, dy, turn] = draws.uniforms(n, 0);
    const [size, part, left, top] = draws.uniforms(n, 1);
    const [light, range, holeX, holeY] = draws.uniforms(n, 2);
    const hole = (at: number, L: number) => Math.floor(at * L) - Math.floor(cutout / 2);
    const [i0, j0] = [hole(holeY, H), hole(holeX, W)];
    if (i >= i0 && i < i0 + cutout && j >= j0 && j < j0 + cutout) return 0;
    const moved = (at: number) => Math.floor(at * (2 * shift + 1)) - shift;
    const read = (y: number, x: number) => pixel(n, y, flip && toFlip < 0.5 ? W - 1 - x : x, c);
    const side = crop + (1 - crop) * part;
    const by = side / (1 + (2 * size - 1) * scale);
    const angle = (((2 * turn - 1) * rotate) / 180) * Math.PI;
    const [u, v] = [j - (W - 1) / 2, i - (H - 1) / 2];
    const x =
      by * (Math.cos(angle) * u - Math.sin(angle) * v) +
      ((2 * left - 1) * (1 - side) * W) / 2 +
      (W - 1) / 2 +
      moved(dx);
    const y =
      by * (Math.sin(angle) * u + Math.cos(angle) * v) +
      ((2 * top - 1) * (1 - side) * H) / 2 +
      (H - 1) / 2 +
      moved(dy);
    // A float64 coordinate that ought to be whole may be off by its last bit.
    const [x0, y0] = [Math.floor(x + 1e-9), Math.floor(y + 1e-9)];
    const [fx, fy] = [x - x0, y - y0];
    const value =
      (1 - fy) * ((1 - fx) * read(y0, x0) + fx * read(y0, x0 + 1)) +
      fy * ((1 - fx) * read(y0 + 1, x0) + fx * read(y0 + 1, x0 + 1));
    return (1 + (2 * range - 1) * contrast) * value + (2 * light - 1) * brightness;
  };
  const y = new Float64Array(N * H * W * C);
  for (let n = 0; n < N; n++) {
    const { at } = draws.mix(n);
    for (let i = 0; i < H; i++)
      for (let j = 0; j < W; j++)
        for (let c = 0; c < C; c++) {
          const share = at(i, j);
          const other = share < 1 ? (1 - share) * looked(draws.other(n), i, j, c) : 0;
          y[((n * H + i) * W + j) * C + c] = share * looked(n, i, j, c) + other;
        }
  }
  return y;
}

/** Shares of the classes, [N, classes]. */
export function mixLabels(labels: readonly number[], classes: number, draws: Draws): Float64Array {
  const y = new Float64Array(labels.length * classes);
  labels.forEach((label, n) => {
    const { share } = draws.mix(n);
    y[n * classes + label]! += share;
    y[n * classes + labels[draws.other(n)]!]! += 1 - share;
  });
  return y;
}
