// How far the GPU may be from the reference. Throws plain errors, so that no test runner is needed.

/** |got - want| ≤ tolerance · max|want| + 1e-6, element by element; says where it is worst. */
export function expectClose(
  what: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  tolerance: number,
): void {
  const largest = Array.from(want).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const allowed = tolerance * largest + 1e-6;
  if (got.length !== want.length)
    throw new Error(`${what}: ${got.length} elements, want ${want.length}`);
  let worst = { at: -1, error: allowed };
  for (let at = 0; at < want.length; at++) {
    const error = Math.abs((got[at] ?? Number.NaN) - (want[at] ?? Number.NaN));
    if (!(error <= worst.error)) worst = { at, error };
  }
  if (worst.at >= 0)
    throw new Error(
      `${what}[${worst.at}]: got ${got[worst.at]}, want ${want[worst.at]}, ` +
        `off by ${worst.error.toPrecision(3)}, allowed ${allowed.toPrecision(3)}`,
    );
}

export function expectShape(
  what: string,
  got: readonly number[] | undefined,
  want: readonly number[] | undefined,
): void {
  if (got?.join() !== want?.join()) throw new Error(`${what}: got [${got}], want [${want}]`);
}
