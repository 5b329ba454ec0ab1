// What a setting may be: read from what a person types, written as that, and checked where a file holds it.
import * as v from 'valibot';
import { cited, readNumber } from '../readNumber.ts';
import type { Schema } from '../schema/format.ts';
import { positive, text as anyText, which, whole as wholeNumber } from '../schema/values.ts';
import { grouped } from '../wording.ts';

export interface Kind<T> {
  /** What belongs there: 'a whole number from 1 to 4,096'. */
  readonly wants: string;
  /** What stands for the value in a list of options. */
  readonly placeholder: string;
  /** undefined for a text that is none. @throws RangeError that says more about one */
  read(this: void, text: string): T | undefined;
  /** The exact value, as `read` takes it. */
  write(this: void, value: T): string;
  /** As a file holds it. */
  readonly schema: Schema<T>;
  /** Is all that it takes a number, so that a keyboard of digits will do? */
  readonly isNumber?: true;
  /** As a sentence says it behind its title, by the text; as it is typed unless there is one. */
  readonly said?: (text: string) => string;
  /** Titles by value, where there is a choice. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** What a text is read as, or a sentence why it will not do. */
export function readText<T>(
  { read, wants }: Kind<T>,
  text: string,
): { value: T } | { problem: string } {
  try {
    const value = read(text);
    return value === undefined ? { problem: `${cited(text)} is not ${wants}.` } : { value };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: error.message };
  }
}

/** @param stored the least that a file may hold */
export function whole(least: number, most: number, stored = least): Kind<number> {
  return {
    wants: `a whole number from ${grouped(least)} to ${grouped(most)}`,
    placeholder: '<n>',
    read(text) {
      const value = readNumber(text);
      return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
    },
    write: String,
    isNumber: true,
    schema: wholeNumber(stored, most),
  };
}

/** A number from 0. */
export const between = (most: number, isBelow = false): Kind<number> => ({
  wants: `a number from 0 to ${isBelow ? 'below ' : ''}${most}`,
  placeholder: '<n>',
  read(text) {
    const value = readNumber(text);
    return value >= 0 && (value < most || (value === most && !isBelow)) ? value : undefined;
  },
  write: String,
  isNumber: true,
  schema: v.pipe(
    v.number('a number belongs there'),
    v.minValue(0, 'a number from 0 belongs there'),
    isBelow
      ? v.ltValue(most, `a number below ${most} belongs there`)
      : v.maxValue(most, `a number up to ${most} belongs there`),
  ),
});

/** A kind, or null for what follows from another setting: “usual”. */
export const orUsual = <T>({
  wants,
  read,
  write,
  schema,
  placeholder,
}: Kind<T>): Kind<T | null> => ({
  wants: `${wants}, nor the word “usual”`,
  placeholder,
  read: (text) => (text.trim().toLowerCase() === 'usual' ? null : read(text)),
  write: (value) => (value === null ? 'usual' : write(value)),
  schema: v.nullable(schema),
});

/** A number above 0 that f32 holds. */
export const above0: Kind<number> = {
  wants: 'a number above 0, such as 0.001',
  placeholder: '<rate>',
  read(text) {
    const value = readNumber(text);
    return value > 0 && value < 3.4e38 ? value : undefined;
  },
  write: String,
  isNumber: true,
  schema: positive,
};

export function choice<const T extends string>(titles: Readonly<Record<T, string>>): Kind<T> {
  const names = Object.keys(titles) as T[];
  return {
    wants: `one of ${names.join(', ')}`,
    placeholder: '<name>',
    read: (text) => names.find((name) => name === text),
    write: String,
    schema: v.picklist(names, `one of ${names.join(', ')} belongs there`),
    choices: titles,
  };
}

/** Any text; nothing is null. */
export const words = (placeholder: string): Kind<string | null> => ({
  wants: 'a text',
  placeholder,
  read: (text) => (text === '' ? null : text),
  write: (value) => value ?? '',
  schema: v.nullable(anyText),
});

/** A share below 1, or a number of images. */
export const held: Kind<number> = {
  wants: 'a share below 1, such as 0.1, or a number of images',
  placeholder: '<share>',
  read(text) {
    const value = readNumber(text);
    return isHeld(value) ? value : undefined;
  },
  write: String,
  isNumber: true,
  schema: which(
    v.pipe(
      v.number('a number from 0 belongs there'),
      v.minValue(0, 'a number from 0 belongs there'),
    ),
    isHeld,
    'a share below 1 or a whole number of images',
  ),
};

function isHeld(value: number): boolean {
  return (value >= 0 && value < 1) || (value >= 1 && Number.isSafeInteger(value));
}
