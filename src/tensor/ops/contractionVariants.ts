// The kernel variants of the three contractions, best first among those of one name, with constants and grids.
import conv2dFilterGradPooledSubgroup from '../../shaders/conv2dFilterGradPooledSubgroup.wgsl?raw';
import conv2dFilterGradQuad from '../../shaders/conv2dFilterGradQuad.wgsl?raw';
import conv2dFilterGradRegister from '../../shaders/conv2dFilterGradRegister.wgsl?raw';
import conv2dFilterGradSubgroup from '../../shaders/conv2dFilterGradSubgroup.wgsl?raw';
import conv2dFilterGradThin from '../../shaders/conv2dFilterGradThin.wgsl?raw';
import conv2dFilterGradTiled from '../../shaders/conv2dFilterGradTiled.wgsl?raw';
import conv2dFilterGradThinQuad from '../../shaders/conv2dFilterGradThinQuad.wgsl?raw';
import conv2dInputGradPooledSubgroup from '../../shaders/conv2dInputGradPooledSubgroup.wgsl?raw';
import conv2dInputGradQuad from '../../shaders/conv2dInputGradQuad.wgsl?raw';
import conv2dInputGradRegister from '../../shaders/conv2dInputGradRegister.wgsl?raw';
import conv2dInputGradSubgroup from '../../shaders/conv2dInputGradSubgroup.wgsl?raw';
import conv2dInputGradTiled from '../../shaders/conv2dInputGradTiled.wgsl?raw';
import conv2dQuad from '../../shaders/conv2dQuad.wgsl?raw';
import conv2dRegister from '../../shaders/conv2dRegister.wgsl?raw';
import conv2dSubgroup from '../../shaders/conv2dSubgroup.wgsl?raw';
import conv2dThin from '../../shaders/conv2dThin.wgsl?raw';
import conv2dThinSubgroup from '../../shaders/conv2dThinSubgroup.wgsl?raw';
import conv2dTiled from '../../shaders/conv2dTiled.wgsl?raw';
import type { Device } from '../device.ts';
import { ceilDiv, linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { type Variant, isForGpus } from '../variants.ts';
import { valueTypes } from '../wgsl.ts';
import { type ConvShape, dims, isPadded, pixels } from './convShape.ts';
import { mostSplits, split } from './splits.ts';
import { tiled, valueOf } from './tiles.ts';

/** A subgroup kernel's lanes hold vec4s of output channels, and its blocks are written for these sizes. */
const hasLanes = (s: ConvShape, { info }: Device) =>
  s.K % 4 === 0 && [4, 8, 16, 32].includes(info.subgroupSize ?? 0);
/** Most hold vec4s of input channels, too. */
const hasSubgroups = (s: ConvShape, device: Device) => s.C % 4 === 0 && hasLanes(s, device);
/**
 * Subgroups of four lanes, as SwiftShader has them, trade values by quad swaps. These kernels take 0.1 to 0.3 s to
 * compile there, so they must have work for it, or have been asked for by name. Half a block compiles in two thirds of
 * the time and runs 0.8 to 0.9 times as fast: for a dense layer's few milliseconds the whole one pays after a hundred steps.
 */
const QUADS = [
  { block: 32, worthFlops: 64e6 },
  { block: 16, worthFlops: 16e6 },
];
const hasQuads = (worthFlops: number) => (s: ConvShape, device: Device) =>
  hasSubgroups(s, device) &&
  device.info.subgroupSize === 4 &&
  (device.variant !== undefined || 2 * pixels(s) * s.R * s.S * s.C * s.K >= worthFlops);
/** A variant for each of them, of a kernel with quads. */
const quads = (
  of: Kernel,
  plan: (s: ConvShape, device: Device, block: number) => ReturnType<Variant<ConvShape>['plan']>,
) =>
  QUADS.map(({ block, worthFlops }): Variant<ConvShape> => ({
    name: 'subgroup',
    kernel: of,
    label: String(block),
    fits: hasQuads(worthFlops),
    plan: (s, device) => plan(s, device, block),
  }));
/** vec4s of channels that a quad computes */
const QUAD_VALUES = 8;

const lanes = (device: Device) => device.info.subgroupSize ?? 4;

/** Few input channels, whatever their number: the sum is over whole windows. */
const isThin = (s: ConvShape, device: Device) => s.R * s.S * s.C <= 16 && hasLanes(s, device);

/** The same on a GPU, whose kernels for it take four output channels an invocation. */
const hasFewTaps = (s: ConvShape, device: Device) =>
  isForGpus(device) && s.R * s.S * s.C <= 16 && s.K > 0 && s.K % 4 === 0;

/** With tests for the image's edge SwiftShader had not compiled it after 100 s. */
const isThinQuad = (s: ConvShape, device: Device) =>
  isThin(s, device) && !isPadded(s) && device.info.subgroupSize === 4;

/** A Value of the register kernels is four channels where K allows it. */
const values = (K: number) => ({
  ...valueTypes(K % 4 === 0),
  VALUES: K % 4 === 0 ? K / 4 : K,
});

/** Pixels that a subgroup computes: BLOCK of conv2dSubgroup and conv2dInputGradSubgroup. */
const SUBGROUP_BLOCK = { forward: 32, inputGrad: 16 };
/** Pixels of a register block. */
const REGISTER_BLOCK = 8;
const REGISTER_GROUP = 16;

const pooled = (s: ConvShape) => ({ ...dims(s), POOL: s.pool === true });

/** 3x3 filters at every pixel, without gaps. */
const isPlain3x3 = (s: ConvShape) =>
  [s.R, s.S].every((size) => size === 3) &&
  [s.strideH, s.strideW, s.dilationH, s.dilationW].every((step) => step === 1);

/** RUN of conv2dThinSubgroup: with 32 tiles it takes 1.2 times as long, with 676 no less (lavapipe, November 2026). */
const TILES_PER_SUBGROUP = 128;
const blocks2x2 = (s: ConvShape) =>
  s.pool ? pixels(s) / 4 : s.N * ceilDiv(s.P, 2) * ceilDiv(s.Q, 2);

/** Images that a lane of conv2dInputGradPooledSubgroup takes. */
const IMAGES_PER_LANE = 2;
/** Images and lanes enough: a quad has not the lanes for eight channels. */
const spansImages = (s: ConvShape, device: Device) =>
  s.pool === true &&
  isPlain3x3(s) &&
  hasSubgroups(s, device) &&
  lanes(device) >= 8 &&
  s.N >= IMAGES_PER_LANE * lanes(device);

/** These do not pool. */
const isWhole = (s: ConvShape) => !s.pool;
const isPooled = (s: ConvShape) => s.pool === true;

/** Rows of a first layer's filter, rounded up to fours. */
const wholeFours = (s: ConvShape) => 4 * ceilDiv(s.R * s.S * s.C, 4);

export const forward: readonly Variant<ConvShape>[] = [
  ...quads(kernel('conv2dQuad', conv2dQuad), (s, _, BLOCK) => ({
    constants: { ...pooled(s), PADDED: isPadded(s), BLOCK },
    grid: [ceilDiv(pixels(s), BLOCK), ceilDiv(s.K / 4, QUAD_VALUES)],
  })),
  {
    name: 'subgroup',
    kernel: kernel('conv2dThinSubgroup', conv2dThinSubgroup),
    fits: (s, device) => isPlain3x3(s) && s.C === 1 && hasLanes(s, device),
    plan: (s, device) => ({
      constants: { ...pooled(s), PADDED: isPadded(s), LANES: lanes(device) },
      grid: [ceilDiv(blocks2x2(s), TILES_PER_SUBGROUP), ceilDiv(s.K / 4, lanes(device))],
    }),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dSubgroup', conv2dSubgroup),
    fits: hasLanes,
    plan: (s, device) => ({
      constants: { ...pooled(s), PADDED: isPadded(s), LANES: lanes(device) },
      grid: [ceilDiv(pixels(s), SUBGROUP_BLOCK.forward), ceilDiv(s.K / 4, lanes(device))],
    }),
  },
  {
    name: 'register',
    kernel: kernel('conv2dRegister', conv2dRegister),
    fits: isWhole,
    plan: (s) => ({
      constants: { ...dims(s), PADDED: isPadded(s), ...values(s.K) },
      grid: linearGrid(ceilDiv(pixels(s), REGISTER_BLOCK) * values(s.K).VALUES, REGISTER_GROUP),
    }),
  },
  {
    name: 'tiled',
    kernel: kernel('conv2dThin', conv2dThin),
    fits: (s, device) => hasFewTaps(s, device) && s.P > 1 && s.Q > 1,
    cost: () => 0,
    plan: (s) => ({
      constants: { ...pooled(s), PADDED: isPadded(s) },
      grid: linearGrid((blocks2x2(s) * s.K) / 4),
    }),
  },
  ...tiled('conv2dTiled', conv2dTiled, (s) => ({
    rows: pixels(s),
    columns: s.K,
    depth: s.R * s.S * s.C,
    constants: {
      ...pooled(s),
      PADDED: isPadded(s),
      ValueX: valueOf(s.C),
    },
  })),
];

export const inputGrad: readonly Variant<ConvShape>[] = [
  ...quads(kernel('conv2dInputGradQuad', conv2dInputGradQuad), (s, _, BLOCK) => ({
    constants: { ...pooled(s), BLOCK },
    grid: [ceilDiv(s.N * s.H * s.W, BLOCK), ceilDiv(s.C / 4, QUAD_VALUES)],
  })),
  {
    name: 'subgroup',
    kernel: kernel('conv2dInputGradPooledSubgroup', conv2dInputGradPooledSubgroup),
    fits: spansImages,
    plan: (s, device) => ({
      constants: { ...dims(s), LANES: lanes(device) },
      grid: [
        ceilDiv(s.H + s.top, 2) * ceilDiv(s.W + s.left, 2),
        ceilDiv(s.C, 8),
        ceilDiv(s.N, IMAGES_PER_LANE * lanes(device)),
      ],
    }),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dInputGradSubgroup', conv2dInputGradSubgroup),
    fits: hasSubgroups,
    plan: (s, device) => ({
      constants: { ...pooled(s), LANES: lanes(device) },
      grid: [ceilDiv(s.N * s.H * s.W, SUBGROUP_BLOCK.inputGrad), ceilDiv(s.C / 4, lanes(device))],
    }),
  },
  {
    name: 'register',
    kernel: kernel('conv2dInputGradRegister', conv2dInputGradRegister),
    fits: isWhole,
    plan: (s) => ({
      constants: dims(s),
      grid: linearGrid(ceilDiv(s.N * s.H * s.W, REGISTER_BLOCK) * ceilDiv(s.C, 4), REGISTER_GROUP),
    }),
  },
  ...tiled('conv2dInputGradTiled', conv2dInputGradTiled, (s) => ({
    rows: s.N * s.H * s.W,
    columns: s.C,
    depth: s.R * s.S * s.K,
    constants: { ...pooled(s), ValueY: valueOf(s.K) },
  })),
];

/** Rows of the filter that one invocation of the register kernel keeps: all of a small filter, else 8. */
const registerRows = (s: ConvShape) => {
  const rows = s.R * s.S * s.C;
  return rows <= 12 ? rows : REGISTER_BLOCK;
};

export const filterGrad: readonly Variant<ConvShape>[] = [
  ...quads(kernel('conv2dFilterGradQuad', conv2dFilterGradQuad), (s, device, BLOCK) =>
    split(s, device, { POOL: s.pool === true, PADDED: isPadded(s), BLOCK }, [
      ceilDiv(s.R * s.S * s.C, BLOCK),
      ceilDiv(s.K / 4, QUAD_VALUES),
    ]),
  ),
  ...rowKernels('conv2dFilterGradSubgroup', conv2dFilterGradSubgroup, isWhole, 32),
  ...rowKernels('conv2dFilterGradPooledSubgroup', conv2dFilterGradPooledSubgroup, isPooled, 24),
  {
    name: 'subgroup',
    kernel: kernel('conv2dFilterGradThinQuad', conv2dFilterGradThinQuad),
    fits: isThinQuad,
    plan: (s, device) =>
      split(s, device, { POOL: s.pool === true, BLOCK: wholeFours(s) }, [
        1,
        ceilDiv(s.K / 4, QUAD_VALUES),
      ]),
  },
  {
    name: 'register',
    kernel: kernel('conv2dFilterGradRegister', conv2dFilterGradRegister),
    fits: isWhole,
    plan: (s, device) =>
      split(
        s,
        device,
        { PADDED: isPadded(s), ...values(s.K), BLOCK: registerRows(s) },
        linearGrid(ceilDiv(s.R * s.S * s.C, registerRows(s)) * values(s.K).VALUES, REGISTER_GROUP),
      ),
  },
  {
    name: 'tiled',
    kernel: kernel('conv2dFilterGradThin', conv2dFilterGradThin),
    fits: hasFewTaps,
    cost: () => 0,
    plan: (s, device) => {
      const QUADS = Math.min(8, 2 ** Math.floor(Math.log2(s.K / 4)));
      const constants = { POOL: s.pool === true, PADDED: isPadded(s), QUADS };
      return split(s, device, constants, [1, ceilDiv(s.K / 4, QUADS)]);
    },
  },
  ...tiled('conv2dFilterGradTiled', conv2dFilterGradTiled, (s) => ({
    rows: s.R * s.S * s.C,
    columns: s.K,
    depth: pixels(s),
    splits: mostSplits(s),
    constants: {
      ...{ POOL: s.pool === true, PADDED: isPadded(s) },
      ValueX: valueOf(s.C),
    },
  })),
];

/** A kernel of filter gradients whose subgroup has `block` rows, or all of a first layer, and a vec4 of columns a lane. */
function rowKernels(
  name: string,
  source: string,
  serves: (s: ConvShape) => boolean,
  block: number,
): Variant<ConvShape>[] {
  const plan = (BLOCK: (s: ConvShape) => number, WIDTH: number) => (s: ConvShape, device: Device) =>
    split(
      s,
      device,
      {
        ...{ POOL: s.pool === true, PADDED: isPadded(s), LANES: lanes(device) },
        ...{ BLOCK: BLOCK(s), WIDTH, Item: valueOf(WIDTH) },
      },
      [ceilDiv(s.R * s.S * s.C, BLOCK(s)), ceilDiv(s.K / 4, lanes(device))],
    );
  const of = { name: 'subgroup', kernel: kernel(name, source) } as const;
  return [
    {
      ...of,
      fits: (s, device) => serves(s) && hasSubgroups(s, device),
      plan: plan(() => block, 4),
    },
    {
      ...of,
      label: 'thin',
      fits: (s, device) => serves(s) && isThin(s, device),
      plan: plan(wholeFours, 1),
    },
  ];
}
