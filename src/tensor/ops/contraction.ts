// The three contractions behind conv2d, linear and matmul: forward, input gradient, filter gradient. Each
// has its kernel variants. A dense layer is a convolution of 1x1 images, so one family of kernels serves all.
import sumSplitsSource from '../../shaders/sumSplits.wgsl?raw';
import type { Device } from '../device.ts';
import { linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { broadcastStrides } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Family, choose, plansFor } from '../variants.ts';
import { filterGrad, forward, inputGrad } from './contractionVariants.ts';
import { type ConvShape, pixels } from './convShape.ts';
import { type DropoutOptions, dropConstants } from './dropout.ts';
import { fill } from './fill.ts';
import { reduceInto } from './reduction.ts';
import { readStrided } from './strided.ts';
import { show, trialTensors } from './trial.ts';

const forwardOp: Family<ConvShape> = {
  ...{ op: 'contraction', variants: forward, show },
  trial(device, s) {
    const t = trialTensors(device, s);
    return () => contract(t, { s, relu: true });
  },
};

const inputGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, input gradient', variants: inputGrad, show },
  trial(device, s) {
    const { x: dx, w, y: dy, which } = trialTensors(device, s);
    return () => contractInputGrad({ dy, which, w, dx }, { s });
  },
};

const filterGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, filter gradient', variants: filterGrad, show },
  trial(device, s) {
    const { x, w: dw, y: dy, b: db, which } = trialTensors(device, s);
    return () => contractFilterGrad({ x, dy, which, dw, db }, { s });
  },
};

/** How many invocations add the partial sums of one value: on a GPU so many that each has eight at most, if it can be. */
const together = ({ info }: Device, splits: number) =>
  info.software ? 1 : 2 ** Math.min(6, Math.ceil(Math.log2(Math.max(1, splits / 8))));
const sumSplits = kernel('sumSplits', sumSplitsSource);
/** The tensors that a kernel binds, of those that its family may bind. */
const bound = (kernel: Kernel, tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(kernel.bindings.map(({ name }) => [name, tensors[name] as Tensor]));

/** Does the variant that would compute this without the pool also pool? Slower ones that do are no gain. */
function pools(device: Device, family: Family<ConvShape>, s: ConvShape): boolean {
  const { variant } = choose(device, family, { ...s, pool: false });
  return plansFor(device, family, s).some((plan) => plan.variant === variant);
}

/** What kernels can do on the way, for the rewrites to ask. */
export const canPool = {
  forward: (device: Device, s: ConvShape) => pools(device, forwardOp, s),
  inputGrad: (device: Device, s: ConvShape) => pools(device, inputGradOp, s),
  filterGrad: (device: Device, s: ConvShape) => pools(device, filterGradOp, s),
};

/** Does the kernel that computes this drop, too? */
export const canDrop = (device: Device, s: ConvShape): boolean =>
  choose(device, forwardOp, s).kernel.bindings.some(({ name }) => name === 'state');

/**
 * y = conv(x, w) + b, then max(0, ·) with `relu`. x [N,H,W,C], w [R,S,C,K], b [K], y [N,P,Q,K]. With `s.pool` y is
 * [N,⌊P/2⌋,⌊Q/2⌋,K], the maximum of each 2x2 window, and `which` u32 [N,⌊P/2⌋,⌊Q/2⌋,K/4] says where in it: for each
 * of four channels a byte, 0 to 3, or 4 where nothing passed the ReLU. `dropout`, without a pool, comes last, drawn
 * from `state`.
 */
export function contract(
  t: {
    readonly x: Tensor;
    readonly w: Tensor;
    readonly b?: Tensor | undefined;
    readonly state?: Tensor | undefined;
    readonly y: Tensor;
    readonly which?: Tensor | undefined;
  },
  {
    s,
    relu = false,
    dropout,
  }: {
    readonly s: ConvShape;
    readonly relu?: boolean | undefined;
    readonly dropout?: DropoutOptions | undefined;
  },
): void {
  const { device } = t.x;
  if (s.C === 0) return sumOfNothing(t);
  const { kernel, constants, grid } = choose(device, forwardOp, s);
  // Something must be bound where nothing is read or wanted.
  const { x, w, b = w, y, state = w, which = device.sink } = t;
  const more = dropout && { DROP: true, ...dropConstants(dropout) };
  device.launch(
    kernel,
    { ...constants, BIAS: t.b !== undefined, RELU: relu, ...more },
    bound(kernel, { x, w, b, y, which, state }),
    grid,
  );
}

/** y of a dense layer without inputs: its bias, or 0. */
function sumOfNothing({ b, y }: { readonly b?: Tensor | undefined; readonly y: Tensor }): void {
  if (b) readStrided(b, y, broadcastStrides(b.shape, y.shape));
  else fill(y, 0);
}

/**
 * dx = ∂loss/∂x of `contract`; with `mask` x came out of a ReLU, and dx is kept where x > 0, times that number. With
 * `s.pool` dy is the pooled one, and `which` says where in its windows it belongs.
 */
export function contractInputGrad(
  t: {
    readonly dy: Tensor;
    readonly w: Tensor;
    readonly which?: Tensor | undefined;
    readonly x?: Tensor | undefined;
    readonly dx: Tensor;
  },
  { s, mask }: { readonly s: ConvShape; readonly mask?: number | undefined },
): void {
  const { device } = t.dy;
  const { kernel, constants, grid } = choose(device, inputGradOp, s);
  const { dy, which = t.w, w, x = t.w, dx } = t; // something must be bound where nothing is read
  const more = { MASK: mask !== undefined, SCALE: mask ?? 1 };
  device.launch(kernel, { ...constants, ...more }, bound(kernel, { dy, which, w, x, dx }), grid);
}

/** dw = ∂loss/∂w and db = ∂loss/∂b of `contract`. */
export function contractFilterGrad(
  t: {
    readonly x: Tensor;
    readonly dy: Tensor;
    readonly which?: Tensor | undefined;
    readonly dw: Tensor;
    readonly db: Tensor;
  },
  { s }: { readonly s: ConvShape },
): void {
  const { x, dy, which = t.dy, dw, db } = t;
  const { device } = x;
  if (pixels(s) === 0) {
    fill(dw, 0);
    fill(db, 0);
    return;
  }
  const WEIGHTS = s.R * s.S * s.C * s.K;
  if (WEIGHTS === 0) return void reduceInto('SUM', dy.view([pixels(s), s.K]), db, [0]);
  const { kernel, constants, grid } = choose(device, filterGradOp, s);
  const { SPLIT } = constants as { SPLIT: number } & typeof constants;
  const launch = (w: Tensor, b: Tensor) =>
    device.launch(kernel, constants, bound(kernel, { x, dy, which, dw: w, db: b }), grid);
  if (SPLIT === 1) {
    launch(dw, db);
    return;
  }
  device.scope(() => {
    const partW = device.empty([SPLIT, WEIGHTS], 'f32', 'partial dw');
    const partB = device.empty([SPLIT, s.K], 'f32', 'partial db');
    launch(partW, partB);
    const TOGETHER = together(device, SPLIT);
    device.launch(
      sumSplits,
      { SPLIT, WEIGHTS, OUTPUTS: s.K, TOGETHER },
      { partW, partB, dw, db },
      linearGrid((WEIGHTS + s.K) * TOGETHER),
    );
  });
}
