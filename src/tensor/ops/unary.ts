// Makes elementwise ops of one tensor from rows: the function and its derivative as WGSL, side by side.
import { type Elementwise, elementwise, runElementwise } from '../elementwise.ts';
import { type Grads, INTERNAL, defineOp, defineOps } from '../op.ts';
import type { OptionKinds } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { zerosLike } from './fill.ts';

/** WGSL over the operands; a function where options stand in it. */
type Text<O> = string | ((options: O) => string);
const textOf = <O>(text: Text<O>, options: O) =>
  typeof text === 'function' ? text(options) : text;

/** An elementwise op of one: its WGSL, and its derivative's. */
export interface UnaryRow<O> {
  /** f(x). NaN stays NaN by itself. */
  readonly f: Text<O>;
  /** The gradient of x, from x, y = f(x) and dy. Absent: it is 0 wherever there is one. */
  readonly d?: Text<O>;
  readonly parts?: readonly string[];
  /** What each option may be; by default there are none. */
  readonly options?: OptionKinds<NoInfer<O>>;
  /** f″ at x, with y = f(x) for what is easier said with it, written with ops; by default 0. */
  readonly second?: (
    at: { readonly x: Tensor; readonly y: Tensor },
    options: O,
  ) => Tensor | undefined;
  /** The gradient, where another op than this one's own gives it. */
  readonly vjp?: (y: Tensor, dy: Tensor) => Tensor;
}

/** An op y = f(x) of the shape of x. */
export function unary<O extends object = Record<never, never>>(name: string, row: UnaryRow<O>) {
  const { f, d, parts = [], options, second, vjp } = row;
  type Attributes = O & Elementwise;
  const xs = { x: 'f32', y: 'f32', dy: 'f32' } as const;
  /** dx = dy · f′(x) */
  const grad = defineOps(`${name}Grad`, {
    inputs: ['x', 'y', 'dy'],
    options: INTERNAL,
    attributes: (_, given: O): Attributes => ({
      ...given,
      ...elementwise(`${name}Grad`, xs, textOf(d ?? 'Value()', given), { parts }),
    }),
    outputs: ({ x }) => ({ dx: { shape: x.shape } }),
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.dx),
    // y follows from x, and counts as a part of it.
    vjp({ x, y, dy, d: { dx } }, attributes, wants): Grads<'x' | 'y' | 'dy'> {
      const curvature = dx && wants.x ? second?.({ x, y }, attributes) : undefined;
      return {
        x: curvature && dx && mul(mul(dx, dy), curvature),
        y: undefined,
        dy: dx && wants.dy ? grad(x, y, dx, attributes).dx : undefined,
      };
    },
  });
  return defineOp<readonly ['x'], Attributes, O>(name, {
    inputs: ['x'],
    ...(options && { options }),
    attributes: (_, given: O): Attributes => ({
      ...given,
      ...elementwise(name, { x: 'f32' }, `select(${textOf(f, given)}, x, isNan(x))`, { parts }),
    }),
    shape: ({ x }) => x.shape,
    run: (tensors, attributes) => runElementwise(tensors, attributes, tensors.y),
    vjp: ({ x, y, dy }, attributes) => ({
      x: vjp ? vjp(y, dy) : d === undefined ? zerosLike(x) : grad(x, y, dy, attributes).dx,
    }),
  });
}
