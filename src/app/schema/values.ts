// The plain values that files hold. Each schema's message says what belongs there.
import * as v from 'valibot';
import type { Schema } from './format.ts';

const wanted = (what: string) => `${what} belongs there`;

export const text = v.string(wanted('a text'));
/** A text with something in it. */
export const name = v.pipe(text, v.nonEmpty(wanted('a text that is not empty')));
export const flag = v.boolean(wanted('true or false'));

export const oneOf = <const T extends readonly string[]>(names: T) =>
  v.picklist(names, wanted(`one of ${names.join(', ')}`));

const finite = (what: string) => v.pipe(v.number(wanted(what)), v.finite(wanted(what)));
export const number = finite('a number');
export const numberOrNull = v.nullable(finite('a number or null'));

/** JSON has no NaN and says null instead; read, it is NaN again. */
export const numberOrNaN = v.pipe(
  numberOrNull,
  v.transform((value) => value ?? NaN),
);

export const positive = v.pipe(
  finite('a number above 0'),
  v.gtValue(0, wanted('a number above 0')),
);
/** A time, a size, an amount. */
export const amount = v.pipe(finite('a number from 0'), v.minValue(0, wanted('a number from 0')));

/** A whole number from `least` on. */
export function whole(least = 0, most = Number.MAX_SAFE_INTEGER) {
  const bounds = most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : '';
  const message = wanted(`a whole number from ${least}${bounds}`);
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}
export const count = whole();

/** A share, 0 to 1. */
export const share = within('a share from 0 to 1', 0, 1);

function within(what: string, least: number, most: number) {
  return v.pipe(finite(what), v.minValue(least, wanted(what)), v.maxValue(most, wanted(what)));
}

/** A share, or null for NaN or for none. */
export const shareOrNull = v.nullable(within('a share from 0 to 1, or null,', 0, 1));
export const shareOrNaN = v.pipe(
  shareOrNull,
  v.transform((value) => value ?? NaN),
);

/** ISO 8601. */
export const time = v.pipe(
  v.string(wanted('a time (ISO 8601)')),
  v.isoTimestamp(wanted('a time (ISO 8601)')),
);

export const listOf = <T>(item: Schema<T>): Schema<readonly T[]> => v.array(item, wanted('a list'));

/** An object with these fields; others are passed over. */
export const object = <const E extends v.ObjectEntries>(entries: E) =>
  v.object(entries, wanted('an object'));

/** Does each number lie above the one before? */
export const areRising = (values: readonly number[]): boolean =>
  values.every((value, i) => i === 0 || value > (values[i - 1] as number));

/** A schema and what it cannot say: `what` belongs there. */
export const which = <T>(
  schema: Schema<T>,
  isSound: (value: T) => boolean,
  what: string,
): Schema<T> => v.pipe(schema, v.check(isSound, wanted(what)));

/** A schema whose fields are held against each other. @param problem a sentence about what does not agree */
export const agreeing = <T>(
  schema: Schema<T>,
  problem: (value: T) => string | undefined,
): Schema<T> =>
  v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed ? problem(dataset.value) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
  );
