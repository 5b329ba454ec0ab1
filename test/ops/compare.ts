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

type Candidates = readonly ArrayLike<number>[];

/**
 * The f32 nearest to one of the candidates, element by element: NaN and ±∞ as they are, else as `expectClose`, from the
 * largest that is finite. Where only f32 has no number for it, sums may also have met ∞ − ∞.
 */
export function expectAllClose(
  what: string,
  got: ArrayLike<number>,
  wants: Candidates,
  tolerance: number,
): void {
  const largest = Array.from(wants[0] ?? [])
    .filter((value) => Number.isFinite(Math.fround(value)))
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const overflowed = (value: number, want: number) =>
    Number.isFinite(want) && !Number.isFinite(Math.fround(want)) && !Number.isFinite(value);
  expectOneOf(what, got, wants, (value, want) => {
    return overflowed(value, want) || isClose(value, want, tolerance * largest + 1e-6);
  });
}

/** As `expectAllClose`, but each element is held by its own size, and has the infinity that f32 has for it. */
export function expectEachClose(
  what: string,
  got: ArrayLike<number>,
  wants: Candidates,
  tolerance: number,
): void {
  expectOneOf(what, got, wants, (value, want) =>
    isClose(value, want, 2 * tolerance * Math.abs(want) + 2 ** -124),
  );
}

function isClose(value: number, want: number, allowed: number): boolean {
  const nearest = Math.fround(want);
  return Number.isFinite(nearest) ? Math.abs(value - want) <= allowed : Object.is(value, nearest);
}

function expectOneOf(
  what: string,
  got: ArrayLike<number>,
  wants: Candidates,
  fits: (value: number, want: number) => boolean,
): void {
  const first = wants[0] ?? [];
  if (got.length !== first.length)
    throw new Error(`${what}: ${got.length} elements, want ${first.length}`);
  for (let i = 0; i < first.length; i++) {
    const value = got[i] ?? NaN;
    if (wants.some((candidate) => fits(value, candidate[i] ?? NaN))) continue;
    throw new Error(`${what}[${i}]: got ${value}, want ${first[i]}`);
  }
}
