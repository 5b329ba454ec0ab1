// Convolutions in groups: each output is made of the channels of its group alone. Direct kernels where these are few.
import filterGradSource from '../../shaders/conv2dGroupedFilterGrad.wgsl?raw';
import forwardSource from '../../shaders/conv2dGrouped.wgsl?raw';
import inputGradSource from '../../shaders/conv2dGroupedInputGrad.wgsl?raw';
import { linearGrid } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { type Grads, INTERNAL, defineOps } from '../op.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { valueTypes } from '../wgsl.ts';
import { split } from './arrange.ts';
import { type ConvShape, dims } from './convShape.ts';
import { fill } from './fill.ts';
import { concat } from './movement.ts';
import { reduceInto } from './reduction.ts';
import { dealt } from './splits.ts';

const forwardKernel = kernel('conv2dGrouped', forwardSource);
const inputGradKernel = kernel('conv2dGroupedInputGrad', inputGradSource);
const filterGradKernel = kernel('conv2dGroupedFilterGrad', filterGradSource);

/** A convolution of all groups together, with the shapes of its tensors: w is [R,S,C/groups,K]. */
export interface GroupedConvolution {
  readonly s: ConvShape;
  readonly groups: number;
  readonly x: Shape;
  readonly w: Shape;
  readonly y: Shape;
}

/**
 * From so many channels and outputs a group is worth a convolution of its own, with what slicing and joining cost. On a
 * software adapter both ways are about as fast at 4 and 8, and the direct kernels take nearly four times as long at 16
 * (341 and 92 ms, 3x3 of 4 images of 16x16, lavapipe, November 2026).
 */
const WIDE = 16;

export const isWide = ({ s, groups }: GroupedConvolution): boolean =>
  Math.min(s.C, s.K) / groups >= WIDE;

/** The convolution of one group. */
export function oneOf({ s, groups, x, w, y }: GroupedConvolution) {
  const part = (shape: Shape) => [...shape.slice(0, -1), (shape.at(-1) ?? 0) / groups];
  const one = { ...s, C: s.C / groups, K: s.K / groups };
  return { s: one, x: part(x), w: part(w), y: part(y) };
}

/** Applies f to one group after another; outputs lie side by side. The groups of x and of w lie along their last axes. */
export function byGroups(
  x: Tensor,
  w: Tensor,
  groups: number,
  f: (x: Tensor, w: Tensor) => Tensor,
): Tensor {
  const parts = (t: Tensor) => split(t, { parts: groups, axis: -1 });
  const filters = parts(w);
  return concat(
    parts(x).map((part, i) => f(part, filters[i] as Tensor)),
    { axis: -1 },
  );
}

/** Constants of the kernels, and numbers in one of their Values: four where channels meet their own outputs alone. */
function valuesOf({ s, groups }: GroupedConvolution) {
  const each = s.C === groups && s.K === groups && s.C % 4 === 0 ? 4 : 1;
  const GROUPS = each === 4 ? groups / 4 : groups;
  const channels = { C: s.C / each, K: s.K / each, GROUPS };
  return { constants: { ...valueTypes(each === 4), ...dims(s), ...channels }, each };
}

/** y of a grouped convolution, without a bias. */
export const groupedConv2d = defineOps('conv2dGrouped', {
  inputs: ['x', 'w'],
  options: INTERNAL,
  outputs: (_, { y }: GroupedConvolution) => ({ y: { shape: y } }),
  run({ x, w, y }, c) {
    const { constants, each } = valuesOf(c);
    y.device.launch(forwardKernel, constants, { x, w, y }, linearGrid(y.size / each));
  },
  vjp: ({ x, w, d: { y: dy } }, c, wants): Grads<'x' | 'w'> => ({
    x: dy && wants.x ? groupedInputGrad(dy, w, c).dx : undefined,
    w: dy && wants.w ? groupedFilterGrad(x, dy, c).dw : undefined,
  }),
});

/** The gradient of x. It is linear in dy and in w. */
export const groupedInputGrad = defineOps('conv2dGroupedInputGrad', {
  inputs: ['dy', 'w'],
  options: INTERNAL,
  outputs: (_, { x }: GroupedConvolution) => ({ dx: { shape: x } }),
  run({ dy, w, dx }, c) {
    const { constants, each } = valuesOf(c);
    dx.device.launch(inputGradKernel, constants, { dy, w, dx }, linearGrid(dx.size / each));
  },
  vjp: ({ dy, w, d: { dx } }, c, wants): Grads<'dy' | 'w'> => ({
    dy: dx && wants.dy ? groupedConv2d(dx, w, c).y : undefined,
    w: dx && wants.w ? groupedFilterGrad(dx, dy, c).dw : undefined,
  }),
});

/** The gradient of w. It is linear in x and in dy. */
const groupedFilterGrad = defineOps('conv2dGroupedFilterGrad', {
  inputs: ['x', 'dy'],
  options: INTERNAL,
  outputs: (_, { w }: GroupedConvolution) => ({ dw: { shape: w } }),
  run: runFilterGrad,
  vjp: ({ x, dy, d: { dw } }, c, wants): Grads<'x' | 'dy'> => ({
    x: dw && wants.x ? groupedInputGrad(dy, dw, c).dx : undefined,
    dy: dw && wants.dy ? groupedConv2d(x, dw, c).y : undefined,
  }),
});

/** Deals the rows of dy to partial sums, so that the grid is large enough and no sum too long, and adds these. */
function runFilterGrad(
  { x, dy, dw }: { readonly x: Tensor; readonly dy: Tensor; readonly dw: Tensor },
  c: GroupedConvolution,
): void {
  const { device } = dw;
  const rows = c.s.N * c.s.P;
  if (rows === 0) return void fill(dw, 0);
  const { constants, each } = valuesOf(c);
  const values = dw.size / each;
  const { SPLIT, SHARE } = dealt(device, {
    items: rows,
    numbers: c.s.Q,
    groups: values / 64,
    bytes: 4 * dw.size,
    most: rows,
  });
  const launch = (sums: Tensor) => {
    const tensors = { x, dy, dw: sums };
    const grid = linearGrid(SPLIT * values);
    device.launch(filterGradKernel, { ...constants, SPLIT, SHARE }, tensors, grid);
  };
  if (SPLIT === 1) return launch(dw);
  device.scope(() => {
    const parts = device.empty([SPLIT, dw.size], 'f32', 'partial dw');
    launch(parts);
    reduceInto('SUM', parts, dw.view([dw.size]), [0]);
  });
}
