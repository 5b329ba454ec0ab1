// The three contractions behind conv2d, linear and matmul: forward, input gradient, filter gradient. Each
// has its kernel variants. A dense layer is a convolution of 1x1 images, so one family of kernels serves all.
import conv2dFilterGradRegister from '../../shaders/conv2dFilterGradRegister.wgsl?raw';
import conv2dFilterGradSubgroup from '../../shaders/conv2dFilterGradSubgroup.wgsl?raw';
import conv2dFilterGradThinSubgroup from '../../shaders/conv2dFilterGradThinSubgroup.wgsl?raw';
import conv2dFilterGradTiled from '../../shaders/conv2dFilterGradTiled.wgsl?raw';
import conv2dInputGradRegister from '../../shaders/conv2dInputGradRegister.wgsl?raw';
import conv2dInputGradSubgroup from '../../shaders/conv2dInputGradSubgroup.wgsl?raw';
import conv2dInputGradTiled from '../../shaders/conv2dInputGradTiled.wgsl?raw';
import conv2dRegister from '../../shaders/conv2dRegister.wgsl?raw';
import conv2dSubgroup from '../../shaders/conv2dSubgroup.wgsl?raw';
import conv2dThinSubgroup from '../../shaders/conv2dThinSubgroup.wgsl?raw';
import conv2dTiled from '../../shaders/conv2dTiled.wgsl?raw';
import conv2dFilterGradQuad from '../../shaders/conv2dFilterGradQuad.wgsl?raw';
import conv2dInputGradQuad from '../../shaders/conv2dInputGradQuad.wgsl?raw';
import conv2dQuad from '../../shaders/conv2dQuad.wgsl?raw';
import sumSplitsSource from '../../shaders/sumSplits.wgsl?raw';
import type { Grid } from '../commands.ts';
import type { Device } from '../device.ts';
import { ceilDiv, linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import type { Tensor } from '../tensor.ts';
import { type Family, type Variant, choose } from '../variants.ts';
import { fill } from './fill.ts';
import type { WindowGeometry } from './geometry.ts';
import { show, trialTensors } from './trial.ts';

/** N images H × W of C channels, filters R × S to K channels, and the geometry of the windows. */
export interface ConvShape extends WindowGeometry {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
}

/** The shape of [N, C] · [C, K] as a convolution. */
export const denseShape = (N: number, C: number, K: number): ConvShape => ({
  ...{ N, C, K, H: 1, W: 1, R: 1, S: 1, P: 1, Q: 1, strideH: 1, strideW: 1 },
  ...{ top: 0, left: 0, bottom: 0, right: 0, dilationH: 1, dilationW: 1 },
});

const dims = (s: ConvShape) => ({
  ...{ N: s.N, H: s.H, W: s.W, C: s.C, K: s.K, R: s.R, S: s.S, P: s.P, Q: s.Q },
  ...{ STRIDE_H: s.strideH, STRIDE_W: s.strideW, DILATION_H: s.dilationH, DILATION_W: s.dilationW },
  ...{ TOP: s.top, LEFT: s.left },
});

const isPadded = (s: ConvShape) => s.top + s.left + s.bottom + s.right > 0;

/** A subgroup kernel's lanes hold vec4s and its blocks are written for these sizes. */
const hasSubgroups = (s: ConvShape, { info }: Device) =>
  s.C % 4 === 0 && s.K % 4 === 0 && [4, 8, 16, 32].includes(info.subgroupSize ?? 0);
/** Subgroups of four lanes, as SwiftShader has them, trade values by quad swaps. */
const hasQuads = (s: ConvShape, device: Device) =>
  hasSubgroups(s, device) && device.info.subgroupSize === 4;
const QUAD_BLOCK = 32;
/** vec4s of channels that a quad computes */
const QUAD_VALUES = 8;

const lanes = (device: Device) => device.info.subgroupSize ?? 4;

/** Few input channels, whatever their number: the sum is over whole windows. */
const isThin = (s: ConvShape, device: Device) =>
  s.R * s.S * s.C <= 16 && hasSubgroups({ ...s, C: 4 }, device);

/** A Value of the register kernels is four channels where K allows it. */
const values = (K: number) =>
  K % 4 === 0 ? { Value: 'vec4f', VALUES: K / 4 } : { Value: 'f32', VALUES: K };

/** Pixels that one subgroup, or one register block, computes; the side of a tile. */
const SUBGROUP_BLOCK = 32;
const REGISTER_BLOCK = 8;
const TILE = 64;
const REGISTER_GROUP = 16;

const always = () => true;
const pixels = (s: ConvShape) => s.N * s.P * s.Q;

const forward: readonly Variant<ConvShape>[] = [
  {
    name: 'subgroup',
    kernel: kernel('conv2dQuad', conv2dQuad),
    fits: hasQuads,
    plan: (s) => ({
      constants: { ...dims(s), PADDED: isPadded(s) },
      grid: [ceilDiv(pixels(s), QUAD_BLOCK), ceilDiv(s.K / 4, QUAD_VALUES)],
    }),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dSubgroup', conv2dSubgroup),
    fits: hasSubgroups,
    plan: (s, device) => ({
      constants: { ...dims(s), PADDED: isPadded(s), LANES: lanes(device) },
      grid: [ceilDiv(pixels(s), SUBGROUP_BLOCK), ceilDiv(s.K / 4, lanes(device))],
    }),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dThinSubgroup', conv2dThinSubgroup),
    fits: isThin,
    plan: (s, device) => ({
      constants: { ...dims(s), LANES: lanes(device) },
      grid: [ceilDiv(pixels(s), SUBGROUP_BLOCK), ceilDiv(s.K / 4, lanes(device))],
    }),
  },
  {
    name: 'register',
    kernel: kernel('conv2dRegister', conv2dRegister),
    fits: always,
    plan: (s) => ({
      constants: { ...dims(s), ...values(s.K) },
      grid: linearGrid(ceilDiv(pixels(s), REGISTER_BLOCK) * values(s.K).VALUES, REGISTER_GROUP),
    }),
  },
  {
    name: 'tiled',
    kernel: kernel('conv2dTiled', conv2dTiled),
    fits: always,
    plan: (s) => ({ constants: dims(s), grid: [ceilDiv(pixels(s), TILE), ceilDiv(s.K, TILE)] }),
  },
];

const inputGrad: readonly Variant<ConvShape>[] = [
  {
    name: 'subgroup',
    kernel: kernel('conv2dInputGradQuad', conv2dInputGradQuad),
    fits: hasQuads,
    plan: (s) => ({
      constants: dims(s),
      grid: [ceilDiv(s.N * s.H * s.W, QUAD_BLOCK), ceilDiv(s.C / 4, QUAD_VALUES)],
    }),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dInputGradSubgroup', conv2dInputGradSubgroup),
    fits: hasSubgroups,
    plan: (s, device) => ({
      constants: { ...dims(s), LANES: lanes(device) },
      grid: [ceilDiv(s.N * s.H * s.W, SUBGROUP_BLOCK), ceilDiv(s.C / 4, lanes(device))],
    }),
  },
  {
    name: 'register',
    kernel: kernel('conv2dInputGradRegister', conv2dInputGradRegister),
    fits: always,
    plan: (s) => ({
      constants: dims(s),
      grid: linearGrid(ceilDiv(s.N * s.H * s.W, REGISTER_BLOCK) * ceilDiv(s.C, 4), REGISTER_GROUP),
    }),
  },
  {
    name: 'tiled',
    kernel: kernel('conv2dInputGradTiled', conv2dInputGradTiled),
    fits: always,
    plan: (s) => ({
      constants: dims(s),
      grid: [ceilDiv(s.N * s.H * s.W, TILE), ceilDiv(s.C, TILE)],
    }),
  },
];

/** Rows of the filter that one invocation of the register kernel keeps: all of a small filter, else 8. */
const registerRows = (s: ConvShape) => {
  const rows = s.R * s.S * s.C;
  return rows <= 12 ? rows : REGISTER_BLOCK;
};

const filterGrad: readonly Variant<ConvShape>[] = [
  {
    name: 'subgroup',
    kernel: kernel('conv2dFilterGradQuad', conv2dFilterGradQuad),
    fits: hasQuads,
    plan: (s, device) =>
      split(s, device, { PADDED: isPadded(s) }, [
        ceilDiv(s.R * s.S * s.C, QUAD_BLOCK),
        ceilDiv(s.K / 4, QUAD_VALUES),
      ]),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dFilterGradSubgroup', conv2dFilterGradSubgroup),
    fits: hasSubgroups,
    plan: (s, device) =>
      split(s, device, { PADDED: isPadded(s), LANES: lanes(device) }, [
        ceilDiv(s.R * s.S * s.C, SUBGROUP_BLOCK),
        ceilDiv(s.K / 4, lanes(device)),
      ]),
  },
  {
    name: 'subgroup',
    kernel: kernel('conv2dFilterGradThinSubgroup', conv2dFilterGradThinSubgroup),
    fits: isThin,
    plan: (s, device) =>
      split(s, device, { LANES: lanes(device) }, [1, ceilDiv(s.K / 4, lanes(device))]),
  },
  {
    name: 'register',
    kernel: kernel('conv2dFilterGradRegister', conv2dFilterGradRegister),
    fits: always,
    plan: (s, device) =>
      split(
        s,
        device,
        { ...values(s.K), BLOCK: registerRows(s) },
        linearGrid(ceilDiv(s.R * s.S * s.C, registerRows(s)) * values(s.K).VALUES, REGISTER_GROUP),
      ),
  },
  {
    name: 'tiled',
    kernel: kernel('conv2dFilterGradTiled', conv2dFilterGradTiled),
    fits: always,
    plan: (s, device) => split(s, device, {}, [ceilDiv(s.R * s.S * s.C, TILE), ceilDiv(s.K, TILE)]),
  },
];

/** Workgroups that keep an adapter busy. */
const ENOUGH = { software: 32, gpu: 512 };
/** Most pixels summed one after another: more would cost accuracy. */
const LONGEST_SHARE = 4096;
const SHORTEST_SHARE = 256;

/** Deals the pixels to partial sums, so that the grid is large enough and no sum too long. */
function split(
  s: ConvShape,
  device: Device,
  more: Readonly<Record<string, number | boolean | string>>,
  [x, y = 1]: Grid,
) {
  const enough = ENOUGH[device.info.software ? 'software' : 'gpu'];
  const wanted = Math.max(ceilDiv(enough, x * y), ceilDiv(pixels(s), LONGEST_SHARE));
  const partBytes = 4 * s.R * s.S * s.C * s.K; // the partial sums must fit one binding
  const room = Math.floor(device.gpu.limits.maxStorageBufferBindingSize / partBytes);
  const longest = Math.floor(pixels(s) / SHORTEST_SHARE);
  const splits = Math.max(1, Math.min(wanted, longest, room));
  const SHARE = ceilDiv(ceilDiv(pixels(s), splits), 4) * 4;
  const SPLIT = ceilDiv(pixels(s), SHARE);
  const grid: Grid = [x, y, SPLIT];
  return { constants: { ...dims(s), ...more, SPLIT, SHARE }, grid };
}

/** The tensors that a kernel binds, of those that its family may bind. */
const bound = (kernel: Kernel, tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(kernel.bindings.map(({ name }) => [name, tensors[name] as Tensor]));

const forwardOp: Family<ConvShape> = {
  ...{ op: 'contraction', variants: forward, show },
  trial(device, s) {
    const t = trialTensors(device, s);
    return () => contract(s, t, true);
  },
};

const inputGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, input gradient', variants: inputGrad, show },
  trial(device, s) {
    const { x: dx, w, y: dy } = trialTensors(device, s);
    return () => void contractInputGrad(s, { dy, w, dx });
  },
};

const filterGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, filter gradient', variants: filterGrad, show },
  trial(device, s) {
    const { x, w: dw, y: dy, b: db } = trialTensors(device, s);
    return () => void contractFilterGrad(s, { x, dy, dw, db });
  },
};

/** y = conv(x, w) + b, then max(0, ·) if asked. x [N,H,W,C], w [R,S,C,K], b [K], y [N,P,Q,K]. */
export function contract(
  s: ConvShape,
  t: { x: Tensor; w: Tensor; b: Tensor | undefined; y: Tensor },
  relu = false,
): void {
  const { device } = t.x;
  const { kernel, constants, grid } = choose(device, forwardOp, s);
  const b = t.b ?? t.w; // something must be bound; unread when BIAS is false
  device.launch(
    kernel,
    { ...constants, BIAS: t.b !== undefined, RELU: relu },
    bound(kernel, { x: t.x, w: t.w, b, y: t.y, which: device.sink }),
    grid,
  );
}

/** dx = ∂loss/∂x of `contract` from dy = ∂loss/∂y. */
export function contractInputGrad(s: ConvShape, t: { dy: Tensor; w: Tensor; dx: Tensor }): Tensor {
  const { device } = t.dy;
  const { kernel, constants, grid } = choose(device, inputGradOp, s);
  device.launch(kernel, constants, bound(kernel, { ...t, which: t.w, x: t.w }), grid);
  return t.dx;
}

const sumSplits = kernel('sumSplits', sumSplitsSource);

/** dw = ∂loss/∂w and db = ∂loss/∂b of `contract`; one that nobody wants is computed all the same, and dropped. */
export function contractFilterGrad(
  s: ConvShape,
  t: { x: Tensor; dy: Tensor; dw: Tensor | undefined; db: Tensor | undefined },
): { dw: Tensor; db: Tensor } {
  const { device } = t.x;
  const WEIGHTS = s.R * s.S * s.C * s.K;
  const dw = t.dw ?? device.empty([WEIGHTS]);
  const db = t.db ?? device.empty([s.K]);
  if (pixels(s) === 0) return { dw: fill(dw, 0), db: fill(db, 0) };
  const { kernel, constants, grid } = choose(device, filterGradOp, s);
  const { SPLIT } = constants as { SPLIT: number } & typeof constants;
  if (SPLIT === 1) {
    device.launch(
      kernel,
      constants,
      bound(kernel, { x: t.x, dy: t.dy, which: t.dy, dw, db }),
      grid,
    );
    return { dw, db };
  }
  device.scope(() => {
    const partW = device.empty([SPLIT, WEIGHTS], 'f32', 'partial dw');
    const partB = device.empty([SPLIT, s.K], 'f32', 'partial db');
    device.launch(
      kernel,
      constants,
      bound(kernel, { x: t.x, dy: t.dy, which: t.dy, dw: partW, db: partB }),
      grid,
    );
    device.launch(
      sumSplits,
      { SPLIT, WEIGHTS, OUTPUTS: s.K },
      { partW, partB, dw, db },
      linearGrid(WEIGHTS + s.K),
    );
  });
  return { dw, db };
}
