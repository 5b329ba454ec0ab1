// defineOp: one op, one place. Formula, shape rule, kernels and gradients of an op stand in one object.
import type { Device } from './device.ts';
import { TensorError } from './errors.ts';
import { fill } from './ops/fill.ts';
import { type OptionKinds, checkOptions } from './options.ts';
import type { Part } from './part.ts';
import type { Shape } from './shape.ts';
import { type DType, Tensor } from './tensor.ts';

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
/** For each input either a tensor shaped like it that the gradient may be written to, or undefined: nobody asked. */
type Wanted<I extends Names> = { readonly [N in Bare<I[number]> & string]: Tensor | undefined };
type Gradients<I extends Names> = { readonly [N in Bare<I[number]> & string]?: Tensor | undefined };

/** What an op makes. */
interface Made {
  readonly y: Tensor;
  readonly saved?: Tensor | undefined;
}

interface Spec<I extends Names, A> {
  readonly inputs: I;
  /** Dtypes that an input must have, where it is not f32. */
  readonly dtypes?: { readonly [N in Bare<I[number]> & string]?: readonly DType[] };
  /** What each attribute may be; absent where there are none. */
  readonly options?: OptionKinds<A>;
  /** Shape of the output. Throws TensorError, with the values, on inputs that do not fit. */
  readonly shape: (inputs: Given<I>, attributes: A) => Shape;
  readonly dtype?: DType | ((inputs: Given<I>) => DType);
  /** What the forward pass finds out on the way and the gradient would find out again dearly: a second tensor. */
  readonly saved?: (
    inputs: Given<I>,
    attributes: A,
  ) => { readonly shape: Shape; readonly dtype: DType } | undefined;
  /** Queues the kernels that fill y, and `saved`. Not called where y has no elements. */
  readonly run: (tensors: Given<I> & Made, attributes: A) => void;
  /**
   * Vector-Jacobian products: from dy = ∂loss/∂y the gradients of the inputs that are wanted. A rule
   * writes to `want.x` and returns it, or returns another tensor of that shape. It is not asked where y or the input
   * has no elements. Absent: not differentiable.
   */
  readonly vjp?: (
    tensors: Given<I> & Made & { readonly dy: Tensor },
    attributes: A,
    want: Wanted<I>,
  ) => Gradients<I>;
}

/** One line of a tape: an op that ran, with what its gradient needs. */
export interface TapeEntry {
  readonly op: string;
  readonly inputs: Readonly<Record<string, Tensor | undefined>>;
  readonly y: Tensor;
  readonly saved?: Tensor | undefined;
  readonly isView: boolean;
  /** Whose work it was, and its gradients are. */
  readonly part: Part | undefined;
  readonly gradients: (
    dy: Tensor,
    want: Readonly<Record<string, Tensor | undefined>>,
  ) => Readonly<Record<string, Tensor | undefined>>;
}

/** Attributes may be left out where none of them must be there. */
type Attributes<A> = Record<never, never> extends A ? [attributes?: A] : [attributes: A];
type Op<I extends Names, A> = (...args: [...Positional<I>, ...Attributes<A>]) => Tensor;

/** Makes an op: a function of its inputs in the declared order, then its attributes. */
export function defineOp<const I extends Names, A extends object = Record<never, never>>(
  name: string,
  spec: Spec<I, A>,
): Op<I, A> {
  return build(name, spec, false, (device, inputs, attributes) => {
    const dtype = typeof spec.dtype === 'function' ? spec.dtype(inputs) : (spec.dtype ?? 'f32');
    const y = device.empty(spec.shape(inputs, attributes), dtype, name);
    const more = spec.saved?.(inputs, attributes);
    const saved = more && device.empty(more.shape, more.dtype, `saved by ${name}`);
    if (y.size > 0) spec.run({ ...inputs, y, saved }, attributes);
    return { y, saved };
  });
}

/** Makes an op whose output is its input's memory under another shape: no kernel runs. */
export function defineView<A extends object = Record<never, never>>(
  name: string,
  spec: {
    readonly options?: OptionKinds<A>;
    readonly shape: (x: Tensor, attributes: A) => Shape;
  },
): Op<readonly ['x'], A> {
  const vjp = ({ x, dy }: { x: Tensor; dy: Tensor }) => ({ x: dy.view(x.shape) });
  const { options = {} as OptionKinds<A> } = spec;
  const whole = { inputs: ['x'], vjp, dtypes: { x: ANY }, options } as const;
  return build(name, whole, true, (_, { x }, attributes: A) => ({
    y: x.view(spec.shape(x, attributes)),
  }));
}

export const ANY: readonly DType[] = ['f32', 'i32', 'u32', 'u8'];

function build<const I extends Names, A extends object>(
  name: string,
  spec: Pick<Spec<I, A>, 'inputs' | 'dtypes' | 'options' | 'vjp'>,
  isView: boolean,
  compute: (device: Device, inputs: Given<I>, attributes: A) => Made,
): Op<I, A> {
  const dtypes: Readonly<Record<string, readonly DType[] | undefined>> = spec.dtypes ?? {};
  const kinds = spec.options ?? ({} as OptionKinds<A>);
  return (...args) => {
    const given: Record<string, Tensor | undefined> = {};
    spec.inputs.forEach((declared, i) => {
      const input = declared.replace('?', '');
      const tensor = args[i];
      if (tensor === undefined && declared.endsWith('?')) {
        given[input] = undefined;
        return;
      }
      if (!(tensor instanceof Tensor)) {
        throw new TensorError(
          `${name}: ${input} must be a tensor, got ${tensor === undefined ? 'nothing' : typeof tensor}`,
        );
      }
      const allowed = dtypes[input] ?? ['f32'];
      if (!allowed.includes(tensor.dtype)) {
        throw new TensorError(`${name}: ${input} must be ${allowed.join(' or ')}, got ${tensor}`);
      }
      given[input] = tensor;
    });
    const { [spec.inputs.length]: attributes = {} } = args as unknown[];
    checkOptions(name, attributes, kinds);
    const inputs = given as Given<I>;
    const [first, ...others] = Object.values(given).filter((t) => t !== undefined) as [Tensor];
    const { device } = first;
    const stranger = others.find((t: Tensor) => t.device !== device);
    if (stranger) throw new TensorError(`${name}: ${first} and ${stranger} lie on two devices`);
    const { y, saved } = compute(device, inputs, attributes);
    const { vjp } = spec;
    if (vjp && device.tape?.follows(Object.values(given))) {
      device.tape.add({
        op: name,
        inputs: given,
        y,
        saved,
        isView,
        part: device.part,
        gradients: (dy, want) =>
          exceptOfNothing(dy, want, (rest) =>
            vjp({ ...inputs, y, saved, dy }, attributes, rest as Wanted<I>),
          ),
      });
    } else if (device.tape?.follows(Object.values(given)) && y.dtype === 'f32') {
      throw new TensorError(`${name} has no gradient, but its input is being differentiated`);
    }
    return y;
  };
}

type Named = Readonly<Record<string, Tensor | undefined>>;

/**
 * The gradients that `vjp` gives, but for those of an output without elements, which are sums over nothing and so 0,
 * and those of inputs without elements. No rule sees either.
 */
function exceptOfNothing(dy: Tensor, want: Named, vjp: (rest: Named) => Named): Named {
  const entries = Object.entries(want);
  const isNothing = ([, t]: (typeof entries)[number]) => dy.size === 0 || t?.size === 0;
  const nothing = entries.filter(isNothing).map(([input, t]) => [input, t && fill(t, 0)] as const);
  const rest = entries.filter((entry) => !isNothing(entry));
  const given = rest.some(([, t]) => t) ? vjp(Object.fromEntries(rest)) : {};
  return { ...given, ...Object.fromEntries(nothing) };
}
