// What a person can mend by another option.

/** An option that cannot be followed. */
export class OptionError extends Error {}

/** What is out of range in f is an option's value. @throws OptionError in place of a RangeError */
export async function mendable<T>(f: () => T | Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (error) {
    throw error instanceof RangeError ? new OptionError(error.message, { cause: error }) : error;
  }
}
