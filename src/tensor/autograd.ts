// Reverse-mode differentiation: a tape of what ran, read backwards. (Griewank & Walther 2008, ch. 3)
import { TensorError } from './errors.ts';
import type { Tensors } from './node.ts';
import type { TapeEntry } from './op.ts';
import { add } from './ops/arithmetic.ts';
import { copyOf, zerosLike } from './ops/fill.ts';
import { within } from './part.ts';
import { sameShape } from './shape.ts';
import { type Storage, Tensor } from './tensor.ts';

/** The differentiable ops in the order they ran, which is a topological order of their graph. Prints itself. */
export class Tape {
  readonly entries: TapeEntry[] = [];
  readonly #followed: Set<Tensor>;

  constructor(wrt: readonly Tensor[]) {
    this.#followed = new Set(wrt);
  }

  /** Does any of these depend on what is differentiated? */
  follows(tensors: readonly (Tensor | undefined)[]): boolean {
    return tensors.some((t) => t && this.#followed.has(t));
  }

  isFollowed = (tensor: Tensor | undefined): tensor is Tensor =>
    tensor !== undefined && this.#followed.has(tensor);

  add(entry: TapeEntry): void {
    this.entries.push(entry);
    for (const tensor of differentiable(entry)) this.#followed.add(tensor);
  }

  /** One line per op: `%3 = conv2d(x: %1, w: wrt0) f32[8,26,26,32]`; inputs that are not followed show as `·`. */
  toString(): string {
    const names = new Map<Tensor, string>();
    const made = new Set(this.entries.flatMap(differentiable));
    for (const t of this.#followed) if (!made.has(t)) names.set(t, `wrt${names.size}`);
    return this.entries
      .map((e, i) => {
        const outputs = differentiable(e);
        for (const t of outputs) names.set(t, `%${i}`);
        const inputs = Object.entries(e.inputs).flatMap(([name, t]) =>
          t ? [`${name}: ${names.get(t) ?? '·'}`] : [],
        );
        return `%${i} = ${e.op}(${inputs.join(', ')}) ${outputs.join(', ')}`;
      })
      .join('\n');
  }
}

/** The outputs that a gradient can come back to; what an op saved for itself is none. */
const differentiable = ({ outputs }: TapeEntry): Tensor[] =>
  Object.entries(outputs).flatMap(([name, t]) =>
    t.dtype === 'f32' && name !== 'saved' ? [t] : [],
  );

/** What `valueAndGrad` and `vjp` give. */
export interface Differentiated {
  /** The scalar that was differentiated. */
  readonly value: Tensor;
  /** What else f returned. */
  readonly aux: readonly Tensor[];
  /** ∂value/∂wrt[i], shaped like wrt[i], each in memory of its own: whoever overwrites one changes nothing else. */
  readonly grads: readonly Tensor[];
  readonly tape: Tape;
}

/**
 * Runs f and differentiates the scalar it returns (first, if it returns an array) with respect to `wrt`.
 * With `into`, gradient i is written to into[i]. Everything f made, but for what it returned, is released.
 * @throws TensorError when the value is not a scalar, or does not depend on one of `wrt`
 */
export function valueAndGrad(
  f: () => Tensor | readonly [Tensor, ...Tensor[]],
  wrt: readonly Tensor[],
  into: readonly Tensor[] = [],
): Differentiated {
  return differentiate('valueAndGrad', f, wrt, into, (value) => {
    if (value.size === 1) return value.device.one.view(value.shape);
    throw new TensorError(`valueAndGrad: the value must be a scalar, got ${value.type}`);
  });
}

/**
 * Runs f and takes the vector-Jacobian product of what it returns (first, if it returns an array): with a cotangent c
 * shaped like the value y, gradient i is Σ c[j] · ∂y[j]/∂wrt[i], as `y.backward(c)` in PyTorch. Else as `valueAndGrad`.
 * @example vjp(() => relu(x), [x], c).grads[0] // c where x > 0, else 0
 * @throws TensorError when the cotangent is not shaped like the value, or the value does not depend on one of `wrt`
 */
export function vjp(
  f: () => Tensor | readonly [Tensor, ...Tensor[]],
  wrt: readonly Tensor[],
  cotangent: Tensor,
  into: readonly Tensor[] = [],
): Differentiated {
  return differentiate('vjp', f, wrt, into, (value) => {
    if (sameShape(cotangent.shape, value.shape) && cotangent.dtype === 'f32') return cotangent;
    throw new TensorError(
      `vjp: the cotangent ${cotangent.type} is not shaped like the value ${value.type}`,
    );
  });
}

/** @param cotangentOf the gradient of the value */
function differentiate(
  caller: string,
  f: () => Tensor | readonly [Tensor, ...Tensor[]],
  wrt: readonly Tensor[],
  into: readonly Tensor[],
  cotangentOf: (value: Tensor) => Tensor,
): Differentiated {
  into.forEach((target, i) => {
    const like = wrt[i];
    if (target && like && sameShape(target.shape, like.shape) && target.dtype === 'f32') return;
    throw new TensorError(
      `${caller}: into[${i}] ${target.type} is not shaped like ${like?.type ?? 'any input'}`,
    );
  });
  const device = wrt[0]?.device;
  if (!device) throw new TensorError(`${caller}: nothing to differentiate with respect to`);
  const run = (): Differentiated => {
    const tape = new Tape(wrt);
    const outer = device.tapes;
    device.tapes = [...outer, tape];
    let returned: Tensor | readonly [Tensor, ...Tensor[]];
    try {
      returned = f();
    } finally {
      device.tapes = outer;
    }
    const [value, ...aux] = returned instanceof Tensor ? [returned] : returned;
    const cotangent = cotangentOf(value);
    const grads = new Backward(caller, tape, value, cotangent, wrt, into, aux).run();
    return { value, aux, grads, tape };
  };
  // What another tape follows must outlive this one.
  return device.tapes.length > 0 ? run() : device.scope(run);
}

/** A gradient that shares memory with none of `taken`, which it joins: one may be the cotangent, as that of reshape is. */
function own(grad: Tensor, taken: Set<Storage>): Tensor {
  const alone = taken.has(grad.storage) ? copyOf(grad) : grad;
  taken.add(alone.storage);
  return alone;
}

/** The way back along a tape. */
class Backward {
  readonly #caller: string;
  readonly #tape: Tape;
  readonly #value: Tensor;
  readonly #wrt: readonly Tensor[];
  /** Where the caller wants a gradient written. */
  readonly #into: readonly Tensor[];
  /** ∂value/∂t, as far as it has been summed up. */
  readonly #cotangents: Map<Tensor, Tensor>;
  /** How often each tensor is read by what is still ahead. */
  readonly #uses = new Map<Tensor, number>();
  /** The caller's, or another tape's. */
  readonly #kept: ReadonlySet<Storage>;
  /** All that the way forward read or made. */
  readonly #forward: Set<Storage>;
  readonly #isNested: boolean;

  constructor(
    caller: string,
    tape: Tape,
    value: Tensor,
    cotangent: Tensor,
    wrt: readonly Tensor[],
    into: readonly Tensor[],
    aux: readonly Tensor[],
  ) {
    const { device } = value;
    this.#caller = caller;
    this.#tape = tape;
    this.#value = value;
    this.#wrt = wrt;
    this.#into = into;
    this.#cotangents = new Map([[value, cotangent]]);
    this.#kept = new Set([value, cotangent, ...aux, ...wrt].map((t) => t.storage));
    this.#forward = new Set(this.#kept);
    this.#isNested = device.tapes.length > 0;
    for (const { inputs, outputs } of tape.entries) {
      for (const t of Object.values(outputs)) this.#forward.add(t.storage);
      for (const t of Object.values(inputs)) {
        if (!t) continue;
        this.#uses.set(t, (this.#uses.get(t) ?? 0) + 1);
        this.#forward.add(t.storage);
      }
    }
  }

  run(): Tensor[] {
    for (const t of this.#wrt) if (!this.#uses.has(t)) this.#passed(t); // the value itself, perhaps
    for (const entry of this.#tape.entries.toReversed()) {
      const outputs = Object.entries(entry.outputs);
      const d = Object.fromEntries(outputs.map(([name, t]) => [name, this.#cotangents.get(t)]));
      if (Object.values(d).some((dy) => dy !== undefined)) this.#pull(entry, d);
      for (const t of Object.values(entry.inputs)) if (t) this.#passed(t);
    }
    const taken = new Set(this.#forward);
    return this.#wrt.map((t, i) => {
      const grad = this.#cotangents.get(t);
      if (grad) return this.#into[i] ?? own(grad, taken);
      throw new TensorError(`${this.#caller}: the value does not depend on input ${i}, ${t.type}`);
    });
  }

  /** Adds what one entry gives its inputs. */
  #pull(entry: TapeEntry, d: Tensors): void {
    const { device } = this.#value;
    const inputs = Object.entries(entry.inputs);
    // A sum over no elements is 0, and no rule sees it.
    const isNothing = Object.values(d).every((dy) => !dy || dy.size === 0);
    const wants = Object.fromEntries(
      inputs.map(([name, t]) => [name, this.#tape.isFollowed(t) && !isNothing && t.size > 0]),
    );
    const part = entry.part && { ...entry.part, isBackward: true };
    const isAsked = Object.values(wants).some((isWanted) => isWanted);
    const gradientsOf = () =>
      isAsked ? within(device, part, () => entry.gradients(d, wants)) : {};
    const gradients = this.#isNested ? gradientsOf() : device.scope(gradientsOf);
    for (const [name, t] of inputs) {
      if (!this.#tape.isFollowed(t)) continue;
      if (!wants[name]) {
        this.#add(t, zerosLike(t));
        continue;
      }
      if (!Object.hasOwn(gradients, name))
        throw new TensorError(`${entry.op} has no gradient for ${name}`);
      const dt = gradients[name];
      if (!dt) continue; // it is 0
      if (!sameShape(dt.shape, t.shape)) {
        throw new TensorError(
          `${entry.op}: the gradient of ${name} is ${dt.type}, shaped unlike ${t.type}`,
        );
      }
      this.#add(t, dt);
    }
    this.#free(entry, d);
  }

  #add(t: Tensor, dt: Tensor): void {
    const sum = this.#cotangents.get(t);
    this.#cotangents.set(t, sum ? add(sum, dt) : dt);
  }

  /** One reader less; the gradient of what was asked for is complete with the last one. */
  #passed(t: Tensor): void {
    const left = (this.#uses.get(t) ?? 1) - 1;
    this.#uses.set(t, left);
    const grad = this.#cotangents.get(t);
    if (left > 0 || !grad) return;
    this.#wrt.forEach((asked, i) => {
      const target = this.#into[i];
      if (asked === t && target) this.#value.device.copy(grad, target);
    });
  }

  /** What only this entry needed is free for the ones before it. */
  #free({ outputs, isView }: TapeEntry, d: Tensors): void {
    for (const t of Object.values(outputs)) if (!this.#wrt.includes(t)) this.#cotangents.delete(t);
    if (isView || this.#isNested) return;
    const used = new Set([...this.#cotangents.values()].map((t) => t.storage));
    for (const dy of Object.values(d)) {
      if (dy && !used.has(dy.storage) && !this.#forward.has(dy.storage)) dy.storage.release();
    }
    for (const t of Object.values(outputs)) {
      if (!this.#kept.has(t.storage) && !used.has(t.storage)) t.storage.release();
    }
  }
}
