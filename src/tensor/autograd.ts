// Reverse-mode differentiation: a tape of what ran, read backwards. (Griewank & Walther 2008, ch. 3)
import { TensorError } from './errors.ts';
import type { TapeEntry } from './op.ts';
import { add } from './ops/arithmetic.ts';
import { within } from './part.ts';
import { sameShape } from './shape.ts';
import { Tensor } from './tensor.ts';

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
    this.#followed.add(entry.y);
  }

  /** One line per op: `%3 = conv2d(x: %1, w: wrt0) f32[8,26,26,32]`; inputs that are not followed show as `·`. */
  toString(): string {
    const names = new Map<Tensor, string>();
    const made = new Set(this.entries.map((e) => e.y));
    for (const t of this.#followed) if (!made.has(t)) names.set(t, `wrt${names.size}`);
    return this.entries
      .map((e, i) => {
        names.set(e.y, `%${i}`);
        const inputs = Object.entries(e.inputs).flatMap(([name, t]) =>
          t ? [`${name}: ${names.get(t) ?? '·'}`] : [],
        );
        return `%${i} = ${e.op}(${inputs.join(', ')}) ${e.y}`;
      })
      .join('\n');
  }
}

export interface Differentiated {
  /** The scalar that was differentiated. */
  readonly value: Tensor;
  /** What else f returned. */
  readonly aux: readonly Tensor[];
  /** ∂value/∂wrt[i], shaped like wrt[i]. */
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
  into.forEach((target, i) => {
    const like = wrt[i];
    if (target && like && sameShape(target.shape, like.shape) && target.dtype === 'f32') return;
    throw new TensorError(
      `valueAndGrad: into[${i}] ${target} is not shaped like ${like ?? 'any input'}`,
    );
  });
  const device = wrt[0]?.device;
  if (!device) throw new TensorError('valueAndGrad: nothing to differentiate with respect to');
  if (device.tape) {
    throw new TensorError(
      'valueAndGrad: gradients of gradients are not recorded; wrap it in noGrad',
    );
  }
  return device.scope(() => {
    const tape = new Tape(wrt);
    device.tape = tape;
    let returned: Tensor | readonly [Tensor, ...Tensor[]];
    try {
      returned = f();
    } finally {
      device.tape = undefined;
    }
    const [value, ...aux] = returned instanceof Tensor ? [returned] : returned;
    const grads = device.noGrad(() => backward(tape, value, wrt, into, aux));
    return { value, aux, grads, tape };
  });
}

function backward(
  tape: Tape,
  value: Tensor,
  wrt: readonly Tensor[],
  into: readonly Tensor[],
  aux: readonly Tensor[],
): Tensor[] {
  if (value.size !== 1)
    throw new TensorError(`valueAndGrad: the value must be a scalar, got ${value}`);
  const { device } = value;
  const targets = new Map(wrt.map((t, i) => [t, into[i]]));
  const cotangents = new Map<Tensor, Tensor>([[value, device.one.view(value.shape)]]);
  const uses = new Map<Tensor, number>();
  const kept = new Set([value, device.one, ...aux, ...wrt].map((t) => t.storage));
  const forward = new Set(kept);
  for (const { inputs, y } of tape.entries) {
    forward.add(y.storage);
    for (const t of Object.values(inputs)) {
      if (!t) continue;
      uses.set(t, (uses.get(t) ?? 0) + 1);
      forward.add(t.storage);
    }
  }

  for (const entry of tape.entries.toReversed()) {
    const dy = cotangents.get(entry.y);
    if (!dy) continue; // the value does not depend on it
    const want: Record<string, Tensor | undefined> = {};
    for (const [name, t] of Object.entries(entry.inputs)) {
      if (!tape.isFollowed(t)) continue;
      const target = uses.get(t) === 1 ? targets.get(t) : undefined;
      want[name] = target ?? device.empty(t.shape, 'f32', `gradient of ${entry.op}.${name}`);
    }
    const part = entry.part && { ...entry.part, isBackward: true };
    const gradients = within(device, part, () => entry.gradients(dy, want));
    for (const [name, t] of Object.entries(entry.inputs)) {
      if (!t || !want[name]) continue;
      const dt = gradients[name];
      if (!dt) throw new TensorError(`${entry.op} has no gradient for ${name}`);
      if (!sameShape(dt.shape, t.shape)) {
        throw new TensorError(`${entry.op}: the gradient of ${name} is ${dt}, shaped unlike ${t}`);
      }
      const sum = cotangents.get(t);
      cotangents.set(t, sum ? add(sum, dt) : dt);
    }
    if (!targets.has(entry.y)) cotangents.delete(entry.y);
    // What only this entry needed is free for the ones before it.
    if (entry.isView) continue;
    const used = new Set([...cotangents.values()].map((t) => t.storage));
    if (!used.has(dy.storage) && !forward.has(dy.storage)) dy.storage.release();
    if (entry.saved && !used.has(entry.saved.storage)) entry.saved.storage.release();
    if (!kept.has(entry.y.storage)) entry.y.storage.release();
  }

  return wrt.map((t, i) => {
    const grad = cotangents.get(t);
    if (!grad) throw new TensorError(`valueAndGrad: the value does not depend on input ${i}, ${t}`);
    const target = into[i];
    if (!target || grad === target) return grad;
    device.copy(grad, target);
    return target;
  });
}
