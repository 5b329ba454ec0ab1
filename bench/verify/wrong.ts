// The end of a bench that found a kernel wrong.
import type { Verified } from '../result.ts';

/** What disagrees with float64 is not timed. */
export class Wrong extends Error {
  override readonly name = 'Wrong';

  constructor({ name, error, tolerance }: Verified) {
    super(
      `${name} is off by ${error.toExponential(1)} of the largest value, ${tolerance.toExponential(0)} are allowed: ` +
        'a wrong kernel is not timed. `npm test` tells more; an adapter that fails there has a faulty driver, or found a bug.',
    );
  }
}
