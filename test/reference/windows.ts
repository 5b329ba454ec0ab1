// Operations over sliding windows, NHWC: convolution (filters [R,S,C,K]) and pooling.
import type {
  AvgPoolOptions,
  Conv2dTransposeOptions,
  GroupedConv2dOptions,
  Padding,
  Pair,
  PoolOptions,
  Upsample2dOptions,
} from '../engine.ts';
import { type Array64, at, forEachIndex, select, type Shape, sumOfProducts } from './array.ts';
import { add } from './elementwise.ts';
import { beats, max, mean } from './reduce.ts';

const pair = (value: Pair): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

/** One spatial axis: which input row meets window row r for output row p. */
class Axis {
  readonly out: number;
  private readonly before: number;

  constructor(
    private readonly size: number,
    private readonly window: number,
    private readonly stride: number,
    private readonly dilation: number,
    padding: 'valid' | 'same' | readonly [number, number],
  ) {
    const extent = (window - 1) * dilation + 1;
    // TensorFlow's rule: as many outputs as ⌈size / stride⌉, the odd row of padding behind.
    const wanted = Math.max((Math.ceil(size / stride) - 1) * stride + extent - size, 0);
    const [before, after] =
      padding === 'valid'
        ? [0, 0]
        : padding === 'same'
          ? [Math.floor(wanted / 2), Math.ceil(wanted / 2)]
          : padding;
    this.before = before;
    this.out = Math.floor((size + before + after - extent) / stride) + 1;
  }

  /** Visits (p, r, h) wherever row h = p·stride - before + r·dilation lies inside the input. */
  forEach(visit: (p: number, r: number, h: number) => void): void {
    for (let p = 0; p < this.out; p++)
      for (let r = 0; r < this.window; r++) {
        const h = p * this.stride - this.before + r * this.dilation;
        if (h >= 0 && h < this.size) visit(p, r, h);
      }
  }
}

function axes(shape: Shape, window: Pair, stride: Pair, dilation: Pair, padding: Padding) {
  const [sides, w, s, d] = [
    typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding,
    pair(window),
    pair(stride),
    pair(dilation),
  ];
  const vertical = typeof sides === 'string' ? sides : ([sides[0], sides[2]] as const);
  const horizontal = typeof sides === 'string' ? sides : ([sides[1], sides[3]] as const);
  return {
    rows: new Axis(at(shape, 1), w[0], s[0], d[0], vertical),
    columns: new Axis(at(shape, 2), w[1], s[1], d[1], horizontal),
  };
}

/** y[n,p,q,k] = Σ_{r,s,c} x[n, p·stride - top + r·dilation, …, c] · w[r,s,c,k] + b[k], c from the first of k's group on. */
export function conv2d(
  x: Array64,
  w: Array64,
  b?: Array64,
  { stride = 1, padding = 'valid', dilation = 1, groups = 1 }: GroupedConv2dOptions = {},
): Array64 {
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const [filterRows, filterColumns, taken, k] = w.shape as [number, number, number, number];
  const window = [filterRows, filterColumns] as const;
  const { rows, columns } = axes(x.shape, window, stride, dilation, padding);
  const y = sumOfProducts([n, rows.out, columns.out, k], x, w, (term) => {
    for (let image = 0; image < n; image++)
      rows.forEach((p, r, h) =>
        columns.forEach((q, s, v) => {
          const output = ((image * rows.out + p) * columns.out + q) * k;
          const input = ((image * height + h) * width + v) * c;
          const filter = (r * filterColumns + s) * taken * k;
          for (let o = 0; o < k; o++) {
            const first = Math.floor((o * groups) / k) * taken;
            for (let i = 0; i < taken; i++)
              term(output + o, 1, input + first + i, filter + i * k + o);
          }
        }),
      );
  });
  return b === undefined ? y : add(y, b);
}

/** y[n, h·stride - top + r·dilation, …, k] = Σ x[n,h,v,c] · w[r,s,k,c] + b[k], k from the first of c's group on. */
export function conv2dTranspose(
  x: Array64,
  w: Array64,
  b?: Array64,
  options: Conv2dTransposeOptions = {},
): Array64 {
  const { padding = 'valid', groups = 1 } = options;
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const [filterRows, filterColumns, each] = w.shape as [number, number, number, number];
  const strides = pair(options.stride ?? 1);
  const dilations = pair(options.dilation ?? 1);
  const more = pair(options.outputPadding ?? 0);
  const explicit = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  /** Elements that are cut in front, and what is left. */
  const axis = (d: 0 | 1, size: number, taps: number): [number, number] => {
    const whole = (size - 1) * strides[d] + (taps - 1) * dilations[d] + 1;
    if (explicit === 'same') {
      const kept = size * strides[d];
      return [Math.floor(Math.max(whole - kept, 0) / 2), kept];
    }
    const [before, after] = explicit === 'valid' ? [0, 0] : [at(explicit, d), at(explicit, d + 2)];
    return [before, whole + more[d] - before - after];
  };
  const [top, p] = axis(0, height, filterRows);
  const [left, q] = axis(1, width, filterColumns);
  const k = each * groups;
  const y = sumOfProducts([n, p, q, k], x, w, (term) =>
    forEachIndex([n, height, width, c], ([image = 0, h = 0, v = 0, i = 0], input) =>
      forEachIndex([filterRows, filterColumns, each], ([r = 0, s = 0, o = 0], tap) => {
        const row = h * strides[0] + r * dilations[0] - top;
        const column = v * strides[1] + s * dilations[1] - left;
        if (row < 0 || row >= p || column < 0 || column >= q) return;
        const output = Math.floor((i * groups) / c) * each + o;
        term(((image * p + row) * q + column) * k + output, 1, input, tap * c + i);
      }),
    ),
  );
  return b === undefined ? y : add(y, b);
}

/** Output shape of a pool, and for every output the inputs of its window in row-major order. */
function poolWindows(x: Array64, { window, stride = window, padding = 'valid' }: PoolOptions) {
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const { rows, columns } = axes(x.shape, window, stride, 1, padding);
  const shape = [n, rows.out, columns.out, c];
  const members: number[][] = Array.from({ length: n * rows.out * columns.out * c }, () => []);
  for (let image = 0; image < n; image++)
    rows.forEach((p, _r, h) =>
      columns.forEach((q, _s, v) => {
        for (let i = 0; i < c; i++)
          members[((image * rows.out + p) * columns.out + q) * c + i]?.push(
            ((image * height + h) * width + v) * c + i,
          );
      }),
    );
  return { shape, members };
}

/** Largest element of every window; padding counts as -∞, the gradient goes to the first maximum. */
export function maxPool2d(x: Array64, options: PoolOptions): Array64 {
  const { shape, members } = poolWindows(x, options);
  const first = members.map((window) =>
    window.reduce((best, i) => (best < 0 || beats(at(x.data, i), at(x.data, best)) ? i : best), -1),
  );
  return select(x, shape, first, -Infinity);
}

/** Mean of every window: of its elements inside the image, or of all, padding as zeros. */
export function avgPool2d(x: Array64, options: AvgPoolOptions): Array64 {
  const { shape, members } = poolWindows(x, options);
  const [r, s] = pair(options.window);
  return sumOfProducts(shape, x, undefined, (term) =>
    members.forEach((window, o) => {
      const count = options.countIncludePad === true ? r * s : window.length;
      for (const i of window) term(o, 1 / count, i);
    }),
  );
}

/** Mean of every channel: [N,H,W,C] to [N,C]. */
export const globalAvgPool2d = (x: Array64) => mean(x, { axes: [1, 2] });

/** Images enlarged by whole numbers, as PyTorch's interpolate does it. */
export function upsample2d(
  x: Array64,
  { scale, mode = 'nearest', alignCorners = false }: Upsample2dOptions,
): Array64 {
  const [n, height, width, c] = x.shape as [number, number, number, number];
  const [down, along] = pair(scale);
  const [p, q] = [height * down, width * along];
  /** Pixels that one of the large image is made of along an axis, with their weights. */
  const sources = (i: number, size: number, times: number): [place: number, weight: number][] => {
    if (mode === 'nearest') return [[Math.floor(i / times), 1]];
    const count = size * times;
    const corners = count > 1 ? (i * (size - 1)) / (count - 1) : 0;
    const source = alignCorners ? corners : Math.max(0, (i + 0.5) / times - 0.5);
    const low = Math.min(Math.floor(source), size - 1);
    const part = source - low;
    if (low === size - 1) return [[low, 1]];
    return [
      [low, 1 - part],
      [low + 1, part],
    ];
  };
  return sumOfProducts([n, p, q, c], x, undefined, (term) =>
    forEachIndex([n, p, q, c], ([image = 0, row = 0, column = 0, i = 0], o) => {
      for (const [h, a] of sources(row, height, down))
        for (const [v, b] of sources(column, width, along))
          term(o, a * b, ((image * height + h) * width + v) * c + i);
    }),
  );
}
/** Largest value of every channel: [N,H,W,C] to [N,C]. */
export const globalMaxPool2d = (x: Array64) => max(x, { axes: [1, 2] });
