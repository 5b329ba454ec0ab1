// The three contractions behind conv2d, linear and matmul: forward, input gradient, filter gradient. Each
// has its kernel variants. A dense layer is a convolution of 1x1 images, so one family of kernels serves all.
import maxPoolWhichSource from '../../shaders/maxPoolWhich.wgsl?raw';
import maxUnpoolSource from '../../shaders/maxUnpool.wgsl?raw';
import sumSplitsSource from '../../shaders/sumSplits.wgsl?raw';
import type { Device } from '../device.ts';
import { linearGrid } from '../grid.ts';
import { type Kernel, kernel } from '../kernel.ts';
import { broadcastStrides } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type Family, choose, plansFor } from '../variants.ts';
import { filterGrad, forward, inputGrad } from './contractionVariants.ts';
import { type ConvShape, pixels } from './convShape.ts';
import { type DropoutOptions, dropConstants, dropInto } from './dropout.ts';
import { fill } from './fill.ts';
import { reduceInto } from './reduction.ts';
import { readStrided } from './strided.ts';
import { show, trialTensors } from './trial.ts';
import { reluGrad } from './unary.ts';

const forwardOp: Family<ConvShape> = {
  ...{ op: 'contraction', variants: forward, show },
  trial(device, s) {
    const t = trialTensors(device, s);
    return () => contract(s, t, { relu: true });
  },
};

const inputGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, input gradient', variants: inputGrad, show },
  trial(device, s) {
    const { x: dx, w, y: dy, which } = trialTensors(device, s);
    return () => void contractInputGrad(s, { dy, which, w, dx });
  },
};

const filterGradOp: Family<ConvShape> = {
  ...{ op: 'contraction, filter gradient', variants: filterGrad, show },
  trial(device, s) {
    const { x, w: dw, y: dy, b: db, which } = trialTensors(device, s);
    return () => void contractFilterGrad(s, { x, dy, which, dw, db });
  },
};

const sumSplits = kernel('sumSplits', sumSplitsSource);
const maxPoolWhich = kernel('maxPoolWhich', maxPoolWhichSource);
const maxUnpool = kernel('maxUnpool', maxUnpoolSource);

/** The tensors that a kernel binds, of those that its family may bind. */
const bound = (kernel: Kernel, tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(kernel.bindings.map(({ name }) => [name, tensors[name] as Tensor]));

/** Does the variant that would compute this without the pool also pool? Slower ones that do are no gain. */
function pools(device: Device, family: Family<ConvShape>, s: ConvShape): boolean {
  const { variant } = choose(device, family, whole(s));
  return plansFor(device, family, s).some((plan) => plan.variant === variant);
}

const whole = (s: ConvShape): ConvShape => ({ ...s, pool: false });

/** What a contraction does on the way. */
interface Contracted {
  readonly relu?: boolean | undefined;
  readonly dropout?: (DropoutOptions & { readonly state: Tensor }) | undefined;
}

/**
 * y = conv(x, w) + b, then max(0, ·) if asked. x [N,H,W,C], w [R,S,C,K], b [K], y [N,P,Q,K]. With `s.pool` y is
 * [N,⌊P/2⌋,⌊Q/2⌋,K], the maximum of each 2x2 window, and `which` u32 [N,⌊P/2⌋,⌊Q/2⌋,K/4] says where in it: for each
 * of four channels a byte, 0 to 3, or 4 where nothing passed the ReLU. `dropout`, without a pool, comes last.
 */
export function contract(
  s: ConvShape,
  t: {
    readonly x: Tensor;
    readonly w: Tensor;
    readonly b: Tensor | undefined;
    readonly y: Tensor;
    readonly which?: Tensor | undefined;
  },
  { relu = false, dropout }: Contracted = {},
): void {
  const { device } = t.x;
  const { which = device.sink } = t;
  if (s.pool && !pools(device, forwardOp, s)) {
    device.scope(() => {
      const y = device.empty([s.N, s.P, s.Q, s.K], 'f32', 'before the pool');
      contract(whole(s), { ...t, y });
      const windows = windowsOf(s);
      const { constants, grid } = windows;
      device.launch(maxPoolWhich, { ...constants, RELU: relu }, { x: y, y: t.y, which }, grid);
    });
    return;
  }
  if (s.C === 0) return sumOfNothing(t, { relu, dropout });
  const { kernel, constants, grid } = choose(device, forwardOp, s);
  const { x, w, b = w, y } = t; // something must be bound where nothing is read
  if (dropout && !kernel.bindings.some(({ name }) => name === 'state')) {
    device.scope(() => {
      const whole = device.empty(y.shape, 'f32', 'before dropout');
      contract(s, { ...t, y: whole }, { relu });
      dropInto({ x: whole, state: dropout.state, y }, dropout);
    });
    return;
  }
  const { state = w } = dropout ?? {};
  const more = dropout && { DROP: true, ...dropConstants(dropout) };
  device.launch(
    kernel,
    { ...constants, BIAS: t.b !== undefined, RELU: relu, ...more },
    bound(kernel, { x, w, b, y, which, state }),
    grid,
  );
}

/** y of a dense layer without inputs: its bias, or 0. */
function sumOfNothing(
  { b, y }: { readonly b: Tensor | undefined; readonly y: Tensor },
  { relu, dropout }: Contracted,
): void {
  const { device } = y;
  device.scope(() => {
    const value = b && relu ? reluGrad(b, b) : b; // b where a ReLU lets it pass
    const whole = dropout ? device.empty(y.shape, 'f32', 'before dropout') : y;
    if (value) readStrided(value, whole, broadcastStrides(value.shape, y.shape));
    else fill(whole, 0);
    if (dropout) dropInto({ x: whole, state: dropout.state, y }, dropout);
  });
}

/** The 2x2 windows of a result, a vec4 of channels each. */
function windowsOf({ N, P, Q, K }: ConvShape) {
  const VALUES = N * Math.floor(P / 2) * Math.floor(Q / 2) * (K / 4);
  return { constants: { P, Q, K, VALUES }, grid: linearGrid(VALUES) };
}

/** ∂loss/∂y as the gradients take it; with `s.pool` the pooled one, and where in its windows it belongs. */
export interface Cotangent {
  readonly dy: Tensor;
  readonly which?: Tensor | undefined;
}

/**
 * Both gradients of `contract` that are wanted, dx = ∂loss/∂x, dw = ∂loss/∂w and db = ∂loss/∂b. With `mask` x came
 * out of a ReLU, and dx is kept where x > 0, times that number.
 */
export function contractGrads(
  s: ConvShape,
  t: Cotangent & { readonly x: Tensor; readonly w: Tensor },
  want: {
    readonly x: Tensor | undefined;
    readonly w: Tensor | undefined;
    readonly b: Tensor | undefined;
  },
  mask?: number,
): { x?: Tensor; w?: Tensor; b?: Tensor } {
  const { device } = t.dy;
  const wantsFilter = want.w !== undefined || want.b !== undefined;
  if (s.pool) {
    const direct =
      (!want.x || pools(device, inputGradOp, s)) &&
      (!wantsFilter || pools(device, filterGradOp, s));
    if (!direct) return contractGrads(whole(s), { ...t, ...unpool(s, t) }, want, mask);
  }
  const grads: { x?: Tensor; w?: Tensor; b?: Tensor } = {};
  if (want.x) grads.x = contractInputGrad(s, { ...t, dx: want.x }, mask);
  if (!wantsFilter) return grads;
  const { dw, db } = contractFilterGrad(s, { ...t, dw: want.w, db: want.b });
  if (want.w) grads.w = dw;
  if (want.b) grads.b = db;
  return grads;
}

/** dy of the image before the pool: what came in where the maximum was, 0 elsewhere. */
function unpool(s: ConvShape, { dy, which = dy.device.sink }: Cotangent): Cotangent {
  const { N, P, Q, K } = s;
  const whole = dy.device.empty([N, P, Q, K], 'f32', 'gradient before the pool');
  const VALUES = (N * P * Q * K) / 4;
  const constants = { P, Q, K, VALUES };
  dy.device.launch(maxUnpool, constants, { dy, which, dx: whole }, linearGrid(VALUES));
  return { dy: whole, which: undefined };
}

/** dx = ∂loss/∂x of `contract`; with `mask` kept where x > 0, times that number. */
export function contractInputGrad(
  s: ConvShape,
  t: Cotangent & { readonly w: Tensor; readonly x?: Tensor; readonly dx: Tensor },
  mask?: number,
): Tensor {
  const { device } = t.dy;
  const { kernel, constants, grid } = choose(device, inputGradOp, s);
  const { dy, which = t.w, w, x = t.w, dx } = t; // something must be bound where nothing is read
  const more = { MASK: mask !== undefined, SCALE: mask ?? 1 };
  device.launch(kernel, { ...constants, ...more }, bound(kernel, { dy, which, w, x, dx }), grid);
  return dx;
}

/** dw = ∂loss/∂w and db = ∂loss/∂b of `contract`; one that nobody wants is computed all the same, and dropped. */
export function contractFilterGrad(
  s: ConvShape,
  t: Cotangent & {
    readonly x: Tensor;
    readonly dw: Tensor | undefined;
    readonly db: Tensor | undefined;
  },
): { dw: Tensor; db: Tensor } {
  const { device } = t.x;
  const WEIGHTS = s.R * s.S * s.C * s.K;
  const dw = t.dw ?? device.empty([WEIGHTS]);
  const db = t.db ?? device.empty([s.K]);
  if (pixels(s) === 0) return { dw: fill(dw, 0), db: fill(db, 0) };
  if (WEIGHTS === 0) return { dw, db: reduceInto('SUM', t.dy.view([pixels(s), s.K]), db, [0]) };
  const { kernel, constants, grid } = choose(device, filterGradOp, s);
  const { SPLIT } = constants as { SPLIT: number } & typeof constants;
  const { x, dy, which = t.dy } = t;
  const launch = (w: Tensor, b: Tensor) =>
    device.launch(kernel, constants, bound(kernel, { x, dy, which, dw: w, db: b }), grid);
  if (SPLIT === 1) {
    launch(dw, db);
    return { dw, db };
  }
  device.scope(() => {
    const partW = device.empty([SPLIT, WEIGHTS], 'f32', 'partial dw');
    const partB = device.empty([SPLIT, s.K], 'f32', 'partial db');
    launch(partW, partB);
    device.launch(
      sumSplits,
      { SPLIT, WEIGHTS, OUTPUTS: s.K },
      { partW, partB, dw, db },
      linearGrid(WEIGHTS + s.K),
    );
  });
  return { dw, db };
}
