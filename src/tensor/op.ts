// defineOp: one op, one place. Formula, shape rule, kernels and gradients of an op stand in one object.
import type { Device } from './device.ts';
import { TensorError } from './errors.ts';
import type { Node, Tensors } from './node.ts';
import { type OptionKinds, checkOptions } from './options.ts';
import type { Part } from './part.ts';
import type { Shape } from './shape.ts';
import { type DType, Tensor } from './tensor.ts';

/** In place of an op's options: they come from another op, which has checked them. */
export const INTERNAL: unique symbol = Symbol('internal');

/** Every dtype, for ops that do not look at what they move. */
export const ANY: readonly DType[] = ['f32', 'i32', 'u32', 'u8'];

/** Input names of an op; a trailing `?` marks an optional one. */
type Names = readonly string[];
type Bare<N> = N extends `${infer B}?` ? B : N;
type Given<I extends Names> = {
  readonly [N in I[number] as N extends `${string}?` ? never : N]: Tensor;
} & { readonly [N in I[number] as N extends `${infer B}?` ? B : never]: Tensor | undefined };
type Positional<I extends Names> = I extends readonly [infer N, ...infer Others extends Names]
  ? [
      ...(N extends `${string}?` ? [input?: Tensor | undefined] : [input: Tensor]),
      ...Positional<Others>,
    ]
  : [];
/** For each input, whether its gradient is asked for. */
type Wants<I extends Names> = { readonly [N in Bare<I[number]> & string]: boolean };
type Gradients<I extends Names> = { readonly [N in Bare<I[number]> & string]?: Tensor | undefined };

/** What a `vjp` returns, to be said where it calls its own op: gradients by the names of the inputs. */
export type Grads<N extends string> = { readonly [M in N]?: Tensor | undefined };

/** An output that an op is to make. */
export interface Output {
  readonly shape: Shape;
  /** By default f32. */
  readonly dtype?: DType | undefined;
}

/** What an op with one output makes. */
interface Made {
  readonly y: Tensor;
  readonly saved?: Tensor | undefined;
}

interface CommonSpec<I extends Names, O, A> {
  readonly inputs: I;
  /** Dtypes that an input must have, where it is not f32. */
  readonly dtypes?: { readonly [N in Bare<I[number]> & string]?: readonly DType[] };
  /** What each option may be; absent where there are none, `INTERNAL` for an op that only ops call. */
  readonly options?: OptionKinds<NoInfer<O>> | typeof INTERNAL;
  /** What the options come to for these inputs; by default the options themselves. */
  readonly attributes?: (inputs: Given<I>, options: O) => A;
}

interface Spec<I extends Names, O, A> extends CommonSpec<I, O, A> {
  /** Shape of the output. Throws TensorError, with the values, on inputs that do not fit. */
  readonly shape: (inputs: Given<I>, attributes: A) => Shape;
  readonly dtype?: DType | ((inputs: Given<I>, attributes: A) => DType);
  /** What the forward pass finds out on the way and the gradient would find out again dearly: a second tensor. */
  readonly saved?: (inputs: Given<I>, attributes: A) => Output | undefined;
  /** Queues the kernels that fill y, and `saved`. Not called where y has no elements. */
  readonly run: (tensors: Given<I> & Made, attributes: A) => void;
  /**
   * Vector-Jacobian products, written with ops: from dy = ∂loss/∂y the gradients of the inputs that are wanted, shaped
   * like them; undefined where one is 0. It is not asked where y or the input has no elements. Absent: not differentiable.
   */
  readonly vjp?: (
    tensors: Given<I> & Made & { readonly dy: Tensor },
    attributes: A,
    wants: Wants<I>,
  ) => Gradients<I>;
}

/** An op that makes several tensors. */
interface MultiSpec<I extends Names, N extends string, O, A> extends CommonSpec<I, O, A> {
  readonly outputs: (inputs: Given<I>, attributes: A) => Readonly<Record<N, Output>>;
  readonly run: (tensors: Given<I> & Readonly<Record<N, Tensor>>, attributes: A) => void;
  /** From the gradient of each output, absent where the loss does not depend on it. */
  readonly vjp?: (
    tensors: Given<I> &
      Readonly<Record<N, Tensor>> & { readonly d: { readonly [M in N]?: Tensor | undefined } },
    attributes: A,
    wants: Wants<I>,
  ) => Gradients<I>;
}

/** One line of a tape: an op that ran, with what its gradient needs. */
export interface TapeEntry {
  readonly op: string;
  readonly inputs: Tensors;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly isView: boolean;
  /** Whose work it was, and its gradients are. */
  readonly part: Part | undefined;
  readonly gradients: (d: Tensors, wants: Readonly<Record<string, boolean>>) => Tensors;
}

/** Options may be left out where none of them must be there. */
type Options<O> = Record<never, never> extends O ? [options?: O] : [options: O];
type Op<I extends Names, O, R = Tensor> = (...args: [...Positional<I>, ...Options<O>]) => R;

/** Makes an op: a function of its inputs in the declared order, then its options. */
export function defineOp<
  const I extends Names,
  A extends object = Record<never, never>,
  O extends object = A,
>(name: string, spec: Spec<I, O, A>): Op<I, O> {
  const { shape, dtype: type = 'f32', saved, run, vjp } = spec;
  return build<I, O, A, Tensor>(name, spec, {
    vjp:
      vjp && ((t, { y: dy }, attributes, wants) => vjp({ ...t, dy } as never, attributes, wants)),
    make(device, inputs, attributes) {
      const dtype = typeof type === 'function' ? type(inputs, attributes) : type;
      const more = saved?.(inputs, attributes);
      const outputs = {
        y: { shape: shape(inputs, attributes), dtype },
        ...(more && { saved: more }),
      };
      return made(device, name, inputs, outputs, attributes, run);
    },
    result: ({ y }) => y as Tensor,
  });
}

/** Makes an op with several outputs: a function that gives them by name. */
export function defineOps<
  const I extends Names,
  const N extends string,
  A extends object = Record<never, never>,
  O extends object = A,
>(name: string, spec: MultiSpec<I, N, O, A>): Op<I, O, Readonly<Record<N, Tensor>>> {
  const { outputs, run, vjp } = spec;
  return build<I, O, A, Readonly<Record<N, Tensor>>>(name, spec, {
    vjp: vjp && ((t, d, attributes, wants) => vjp({ ...t, d } as never, attributes, wants)),
    make: (device, inputs, attributes) =>
      made(device, name, inputs, outputs(inputs, attributes), attributes, run),
    result: (tensors) => tensors,
  });
}

/** Makes an op whose output is its input's memory under another shape: no kernel runs. */
export function defineView<A extends object = Record<never, never>>(
  name: string,
  spec: {
    readonly options?: OptionKinds<NoInfer<A>> | typeof INTERNAL;
    readonly shape: (x: Tensor, attributes: A) => Shape;
  },
): Op<readonly ['x'], A> {
  const { options } = spec;
  const whole: CommonSpec<readonly ['x'], A, A> = {
    inputs: ['x'],
    dtypes: { x: ANY },
    ...(options && { options }),
  };
  return build<readonly ['x'], A, A, Tensor>(name, whole, {
    isView: true,
    vjp: ({ x }, { y: dy }) => ({ x: dy && reshaped(dy, { shape: (x as Tensor).shape }) }),
    make: (_, { x }, attributes: A) => ({ y: x.view(spec.shape(x, attributes)) }),
    result: ({ y }) => y as Tensor,
  });
}

/** The same elements under another shape, as the gradient of a view needs it. */
const reshaped = defineView('reshape', {
  options: INTERNAL,
  shape: (_, { shape }: { shape: Shape }) => shape,
});

/** Makes the outputs and queues what fills them; where all are empty there is nothing to do. */
function made(
  device: Device,
  op: string,
  inputs: Tensors,
  outputs: Readonly<Record<string, Output>>,
  attributes: object,
  run: Node['run'],
): Readonly<Record<string, Tensor>> {
  const tensors = Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, dtype }]) => [
      name,
      device.empty(shape, dtype, name === 'y' ? op : `${name} of ${op}`),
    ]),
  );
  if (Object.values(tensors).some(({ size }) => size > 0)) {
    const { part, variant } = device;
    device.run({ op, inputs, outputs: tensors, attributes, part, variant, run });
  }
  return tensors;
}

/** How an op makes its outputs, differentiates them, and gives them to the caller. */
interface Making<I extends Names, A, R> {
  readonly isView?: boolean;
  readonly vjp:
    ((tensors: Tensors, d: Tensors, attributes: A, wants: Wants<I>) => Tensors) | undefined;
  readonly make: (
    device: Device,
    inputs: Given<I>,
    attributes: A,
  ) => Readonly<Record<string, Tensor>>;
  readonly result: (tensors: Readonly<Record<string, Tensor>>) => R;
}

/**
 * Holds an input against what its op takes, for ops that are made of others too.
 * @throws TensorError when it is no tensor, or one of another dtype
 */
export function checkInput(
  op: string,
  input: string,
  given: unknown,
  allowed: readonly DType[] = ['f32'],
): asserts given is Tensor {
  if (!(given instanceof Tensor)) {
    const what = given === undefined ? 'nothing' : typeof given;
    throw new TensorError(`${op}: ${input} must be a tensor, got ${what}`);
  }
  if (!allowed.includes(given.dtype))
    throw new TensorError(`${op}: ${input} must be ${allowed.join(' or ')}, got ${given.type}`);
}

function build<const I extends Names, O extends object, A extends object, R>(
  name: string,
  spec: CommonSpec<I, O, A>,
  { isView = false, vjp, make, result }: Making<I, A, R>,
): Op<I, O, R> {
  const dtypes: Readonly<Record<string, readonly DType[] | undefined>> = spec.dtypes ?? {};
  return (...args) => {
    const given: Record<string, Tensor | undefined> = {};
    spec.inputs.forEach((declared, i) => {
      const input = declared.replace('?', '');
      const tensor = args[i];
      if (tensor === undefined && declared.endsWith('?')) {
        given[input] = undefined;
        return;
      }
      checkInput(name, input, tensor, dtypes[input]);
      given[input] = tensor;
    });
    const { [spec.inputs.length]: options = {} } = args as unknown[];
    if (spec.options !== INTERNAL)
      checkOptions<O>(name, options, spec.options ?? ({} as OptionKinds<O>));
    const inputs = given as Given<I>;
    const attributes = spec.attributes?.(inputs, options as O) ?? (options as A);
    const [first, ...others] = Object.values(given).filter((t) => t !== undefined) as [
      Tensor,
      ...Tensor[],
    ];
    const { device } = first;
    const stranger = others.find((t) => t.device !== device);
    if (stranger)
      throw new TensorError(`${name}: ${first.type} and ${stranger.type} lie on two devices`);
    const outputs = make(device, inputs, attributes);
    for (const tape of device.tapes) {
      if (!tape.follows(Object.values(given))) continue;
      if (vjp) {
        const gradients: TapeEntry['gradients'] = (d, wants) =>
          vjp({ ...given, ...outputs }, d, attributes, wants as Wants<I>);
        tape.add({ op: name, inputs: given, outputs, isView, part: device.part, gradients });
      } else if (Object.values(outputs).some(({ dtype }) => dtype === 'f32')) {
        throw new TensorError(`${name} has no gradient, but its input is being differentiated`);
      }
    }
    return result(outputs);
  };
}
