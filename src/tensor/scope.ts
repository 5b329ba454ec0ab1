// Scopes: what a function made and did not return goes back to the pool when it ends.
import { TensorError } from './errors.ts';
import { type Storage, Tensor } from './tensor.ts';

export class Scopes {
  #current: Set<Storage> | undefined;

  /** Puts a new storage under the innermost scope, if there is one. */
  add(storage: Storage): void {
    this.#current?.add(storage);
  }

  /** Runs f in a scope of its own. What f returns, in arrays and plain objects too, moves to the scope around. */
  run<T>(f: () => T): T {
    const outer = this.#current;
    const mine = new Set<Storage>();
    const keep = new Set<Storage>();
    this.#current = mine;
    try {
      const result = f();
      if (result instanceof Promise) throw new TensorError('scope: its function must not be async');
      for (const storage of storagesIn(result)) keep.add(storage);
      return result;
    } finally {
      this.#current = outer;
      for (const storage of mine) {
        if (keep.has(storage)) outer?.add(storage);
        else storage.release();
      }
    }
  }
}

/** The storages of the tensors in a value: alone, in arrays, in plain objects. */
export function storagesIn(value: unknown): Set<Storage> {
  const found = new Set<Storage>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<Storage>): void {
  if (value instanceof Tensor) found.add(value.storage);
  else if (Array.isArray(value)) for (const v of value) collect(v, found);
  else if (value && Object.getPrototypeOf(value) === Object.prototype) {
    for (const v of Object.values(value)) collect(v, found);
  }
}
