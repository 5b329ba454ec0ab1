// Rules for convolution and pooling, in one and two spatial dimensions.
import { type Context, type Rule, type Rules, type Shaped } from './rule.ts';

type Two = readonly [number, number];
type Four = readonly [number, number, number, number];

interface Window {
  readonly window: Two;
  readonly stride: Two;
  readonly dilation: Two;
  readonly padding: 'same' | Four;
}

const two = (values: readonly number[] | undefined): Two => {
  const [a = 1, b] = values ?? [1, 1];
  return b === undefined ? [1, a] : [a, b];
};

/** Reads kernel_shape, strides, dilations, pads and auto_pad; with one spatial axis, for height 1. */
function windowOf(c: Context<Shaped>, image: readonly number[], window: Two): Window {
  const [stride, dilation] = [two(c.numbers('strides')), two(c.numbers('dilations'))];
  const pads = c.numbers('pads') ?? [0, 0, 0, 0];
  const [a = 0, b = 0, bottom, right] = pads;
  const explicit: Four = bottom === undefined ? [0, a, 0, b] : [a, b, bottom, right ?? 0];
  switch (c.text('auto_pad', 'NOTSET')) {
    case 'SAME_UPPER':
      return { window, stride, dilation, padding: 'same' };
    case 'SAME_LOWER': {
      const total = ([0, 1] as const).map((i) => {
        const size = image[i + 1] ?? 0;
        const extent = (window[i] - 1) * dilation[i] + 1;
        return Math.max((Math.ceil(size / stride[i]) - 1) * stride[i] + extent - size, 0);
      });
      const [h = 0, w = 0] = total;
      const padding = [Math.ceil(h / 2), Math.ceil(w / 2), Math.floor(h / 2), Math.floor(w / 2)];
      return { window, stride, dilation, padding: padding as unknown as Four };
    }
    default:
      return { window, stride, dilation, padding: explicit };
  }
}

function conv<T extends Shaped>(c: Context<T>): T {
  const [x, w, b] = [c.x(0), c.x(1), c.optional(2)];
  const [r = 1, s = 1] = w.shape;
  const { stride, dilation, padding } = windowOf(c, x.shape, [r, s]);
  return c.op.conv2d(x, w, b, { stride, dilation, padding, groups: c.number('group', 1) });
}

/** Where output_shape is given it says how much is cut, more of it in front, or added behind. */
function convTranspose<T extends Shaped>(c: Context<T>): T {
  const [x, w, b] = [c.x(0), c.x(1), c.optional(2)];
  const [r = 1, s = 1] = w.shape;
  const { window, stride, dilation, padding } = windowOf(c, x.shape, [r, s]);
  const flat = (values: readonly number[]): Two => [values.at(-2) ?? 0, values.at(-1) ?? 0];
  const more = flat(c.numbers('output_padding') ?? []);
  const groups = c.number('group', 1);
  const wanted = c.numbers('output_shape');
  if (wanted === undefined)
    return c.op.conv2dTranspose(x, w, b, {
      ...{ stride, dilation, padding, groups },
      outputPadding: more,
    });
  const shape = flat(wanted);
  const over = ([0, 1] as const).map((i) => {
    const extent = (window[i] - 1) * dilation[i] + 1;
    return ((x.shape[i + 1] ?? 0) - 1) * stride[i] + extent + more[i] - shape[i];
  });
  const [h, v] = over.map((n) => Math.max(n, 0)) as [number, number];
  const pads: Four = [Math.ceil(h / 2), Math.ceil(v / 2), Math.floor(h / 2), Math.floor(v / 2)];
  const [below, right] = over.map((n, i) => (more[i] ?? 0) + Math.max(-n, 0)) as [number, number];
  return c.op.conv2dTranspose(x, w, b, {
    ...{ stride, dilation, groups, padding: pads },
    outputPadding: [below, right],
  });
}

/** ceil_mode: padding behind, so that the last window fits, unless it would begin beyond the image. */
function ceiling(c: Context<Shaped>, image: readonly number[], given: Window): Window {
  const { window, stride, dilation, padding } = given;
  if (c.number('ceil_mode', 0) === 0 || padding === 'same') return given;
  const more = ([0, 1] as const).map((i) => {
    const size = image[i + 1] ?? 0;
    const extent = (window[i] - 1) * dilation[i] + 1;
    const padded = size + padding[i] + padding[i + 2 === 2 ? 2 : 3];
    let out = Math.ceil((padded - extent) / stride[i]) + 1;
    if ((out - 1) * stride[i] >= size + padding[i]) out--;
    return Math.max(0, (out - 1) * stride[i] + extent - padded);
  });
  const [below = 0, right = 0] = more;
  if (below + right > 0 && c.number('count_include_pad', 0) === 1)
    throw new Error('ceil_mode windows that count only a part of their padding');
  const [top, left, bottom, end] = padding;
  return { ...given, padding: [top, left, bottom + below, end + right] };
}

/** Dilated windows as strided slices, one per window element, along a new first axis. */
function dilatedWindows<T extends Shaped>(c: Context<T>, x: T, given: Window): T {
  const { window, stride, dilation, padding } = given;
  if (padding === 'same' || padding.some((p) => p > 0)) throw new Error('padded dilated pooling');
  const [h, w] = ([0, 1] as const).map((i) => {
    const extent = (window[i] - 1) * dilation[i] + 1;
    return Math.floor(((x.shape[i + 1] ?? 0) - extent) / stride[i]) * stride[i] + 1;
  });
  const slices: T[] = [];
  for (let r = 0; r < window[0]; r++)
    for (let s = 0; s < window[1]; s++) {
      const starts = [r * dilation[0], s * dilation[1]];
      const ends = [r * dilation[0] + (h ?? 0), s * dilation[1] + (w ?? 0)];
      const part = c.op.slice(x, { starts, ends, axes: [1, 2], steps: stride });
      slices.push(c.op.reshape(part, [1, ...part.shape]));
    }
  return c.op.concat(slices, { axis: 0 });
}

const pool = (kind: 'max' | 'average'): Rule => ({
  layouts: { inputs: ['image'], output: 'image' },
  run(c) {
    const x = c.x(0);
    const given = ceiling(c, x.shape, windowOf(c, x.shape, two(c.numbers('kernel_shape'))));
    const { window, stride, padding, dilation } = given;
    if (dilation.some((d) => d > 1)) {
      const windows = dilatedWindows(c, x, given);
      return kind === 'max' ? c.op.max(windows, { axes: [0] }) : c.op.mean(windows, { axes: [0] });
    }
    const countIncludePad = c.number('count_include_pad', 0) === 1;
    return kind === 'max'
      ? c.op.maxPool2d(x, { window, stride, padding })
      : c.op.avgPool2d(x, { window, stride, padding, countIncludePad });
  },
});

export const image: Rules = {
  Conv: { layouts: { inputs: ['image', 'filter'], output: 'image' }, run: conv },
  ConvTranspose: {
    layouts: { inputs: ['image', 'filter'], output: 'image' },
    run: convTranspose,
  },
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalAveragePool: {
    layouts: { inputs: ['image'], output: 'image' },
    run(c) {
      const [n = 0, , , channels = 0] = c.x(0).shape;
      return c.op.reshape(c.op.globalAvgPool2d(c.x(0)), [n, 1, 1, channels]);
    },
  },
  GlobalMaxPool: {
    layouts: { inputs: ['image'], output: 'image' },
    run(c) {
      const [n = 0, , , channels = 0] = c.x(0).shape;
      return c.op.reshape(c.op.globalMaxPool2d(c.x(0)), [n, 1, 1, channels]);
    },
  },
};
