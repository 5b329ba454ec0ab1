// Numbers for data that only has to be the same on every run.

/** Numbers in 0..1 from a linear congruential generator (Numerical Recipes). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
