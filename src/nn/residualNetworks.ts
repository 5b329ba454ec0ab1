// Residual networks for small images, each described once, over any form of its parts: as modules here, as text in an app.
import { type OptionKinds, boolean, checkOptions, whole } from '../tensor/options.ts';
import { residual, sequential } from './compose.ts';
import { conv2d, dense, globalAvgPool2d, globalMaxPool2d, maxPool2d, relu } from './layers.ts';
import type { Module } from './module.ts';
import { batchNorm } from './normalization.ts';

/** What a description is made of: convolutions without bias, padded to the size of the image. */
export interface NetworkParts<T> {
  readonly conv: (filters: number, options?: { kernel?: number; stride?: number }) => T;
  readonly norm: () => T;
  readonly relu: () => T;
  readonly maxPool: () => T;
  readonly globalMean: () => T;
  readonly globalMax: () => T;
  /** The body added to the shortcut, or to the input itself. */
  readonly residual: (body: readonly T[], shortcut?: readonly T[]) => T;
  /** The same, so many times. */
  readonly repeated: (times: number, parts: readonly T[]) => readonly T[];
}

export interface ResnetOptions {
  /** Blocks in each of the three groups: 1, 2, 3 give ResNet-8, -14, -20, which is 6 · blocks + 2; by default 3. */
  readonly blocks?: number | undefined;
  /** Filters of the first group; the second has twice, the third four times as many. By default 16. */
  readonly width?: number | undefined;
  /** Normalization and ReLU before each convolution instead of after it (He et al. 2016). By default false. */
  readonly preActivation?: boolean | undefined;
}

export interface AirOptions {
  /** Filters of the first group; the second has twice, the third four times as many. By default 24. */
  readonly width?: number | undefined;
}

interface Classes {
  /** Outputs, by default 10. */
  readonly classes?: number | undefined;
}

const count = whole({ from: 1 });
const airKinds: OptionKinds<AirOptions & Classes> = { width: count, classes: count };
const resnetKinds: OptionKinds<ResnetOptions & Classes> = {
  ...airKinds,
  blocks: count,
  preActivation: boolean,
};

/**
 * The CIFAR form of a residual network, up to its means of the maps: three groups of blocks of two convolutions; the first
 * block of the second and of the third group halves the image, with a projection around it.
 * @see He et al. 2015, arXiv:1512.03385, section 4.2; the other order: He et al. 2016, arXiv:1603.05027, fig. 1
 */
export function resnetFrom<T>(
  { conv, norm, relu, residual, repeated, globalMean }: NetworkParts<T>,
  { blocks = 3, width = 16, preActivation = false }: ResnetOptions = {},
): readonly T[] {
  const block = (filters: number, stride: number): readonly T[] => {
    const [first, second] = [conv(filters, { stride }), conv(filters)];
    const projection = stride === 1 ? undefined : conv(filters, { kernel: 1, stride });
    if (preActivation) {
      const body = [norm(), relu(), first, norm(), relu(), second];
      return [residual(body, projection && [projection])];
    }
    const body = [first, norm(), relu(), second, norm()];
    return [residual(body, projection && [projection, norm()]), relu()];
  };
  const group = (filters: number): readonly T[] => [
    ...block(filters, 2),
    ...repeated(blocks - 1, block(filters, 1)),
  ];
  const end = [norm(), relu()];
  return [
    conv(width),
    ...(preActivation ? [] : end),
    ...repeated(blocks, block(width, 1)),
    ...group(2 * width),
    ...group(4 * width),
    ...(preActivation ? end : []),
    globalMean(),
  ];
}

/**
 * A small residual network, up to the largest values of its maps: three groups, each a convolution whose windows of 2 × 2
 * keep their largest, normalized, and another convolution, normalized, that is added to its input.
 */
export function airFrom<T>(
  { conv, norm, relu, maxPool, residual, globalMax }: NetworkParts<T>,
  { width = 24 }: AirOptions = {},
): readonly T[] {
  const group = (filters: number) => [
    ...[conv(filters), maxPool(), norm(), relu()],
    residual([conv(filters), norm(), relu()]),
  ];
  return [...group(width), ...group(2 * width), ...group(4 * width), globalMax()];
}

const MODULES: NetworkParts<Module> = {
  conv: (filters, { kernel = 3, stride = 1 } = {}) =>
    conv2d({ filters, kernel, stride, padding: 'same', useBias: false }),
  norm: () => batchNorm(),
  relu,
  maxPool: () => maxPool2d({ window: 2 }),
  globalMean: globalAvgPool2d,
  globalMax: globalMaxPool2d,
  residual: (body, shortcut) => residual(sequential(...body), shortcut && sequential(...shortcut)),
  repeated: (times, parts) => Array.from({ length: times }, () => parts).flat(),
};

/**
 * A residual network (see `resnetFrom`) that ends in logits, for images of any size.
 * @example new Sequential(device, [32, 32, 3], resnet({ blocks: 3 })) // ResNet-20
 * @throws TensorError on an option that means nothing
 */
export function resnet(options: ResnetOptions & Classes = {}): Module[] {
  checkOptions('resnet', options, resnetKinds);
  const { classes = 10, ...shape } = options;
  return [...resnetFrom(MODULES, shape), dense({ units: classes })];
}

/**
 * The small residual network of `airFrom`, ending in logits: 162,562 parameters and 14.0 MFLOP for an image of 28 × 28.
 * @throws TensorError on an option that means nothing
 */
export function airNetwork(options: AirOptions & Classes = {}): Module[] {
  checkOptions('airNetwork', options, airKinds);
  const { classes = 10, ...shape } = options;
  return [...airFrom(MODULES, shape), dense({ units: classes })];
}
