// What is read back, checked whole before any of it is used: a value against its schema, and the version that a
// file or a browser's storage was written in, with the way up from an older one.
import * as v from 'valibot';
import { DataError } from '../data/dataset.ts';

/** What a value has to be to become a T. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/** One kind of thing that is written and read back. */
export interface Format<T> {
  /** Such as 'weft-run'; with the version it stands in what is written: 'weft-run/1'. */
  readonly name: string;
  /** The version that is written, and read without a way up. */
  readonly version: number;
  /** As a sentence speaks of it: 'the record of a run'. */
  readonly title: string;
  readonly schema: Schema<T>;
  /** By version: what makes the next version of it. Version 0 is what carried none yet. */
  readonly up: ReadonlyMap<number, (old: unknown) => unknown>;
}

/** 'weft-run/1': what is written beside a value. */
export const formatText = ({ name, version }: Format<unknown>): string => `${name}/${version}`;

/**
 * A value of a format, in the version written now.
 * @param file what the sentence about an error begins with
 * @param written the format that stands beside the value; undefined where there is none
 * @throws DataError on another format, a newer version, an older one without a way up, and on the first field
 * that is not as the schema says
 */
export function readFormat<T>(
  file: string,
  format: Format<T>,
  written: unknown,
  value: unknown,
): T {
  let now = value;
  for (let version = versionOf(file, format, written); version < format.version; version++) {
    const up = format.up.get(version);
    if (!up)
      throw new DataError(
        file,
        `has the format ${format.name}/${version}, which is too old: ${formatText(format)} is read here`,
      );
    now = up(now);
  }
  const checked = check(format.schema, now);
  if ('wrong' in checked) throw new DataError(file, checked.wrong);
  return checked.value;
}

function versionOf(file: string, format: Format<unknown>, written: unknown): number {
  if (written === undefined && format.up.has(0)) return 0;
  if (typeof written !== 'string')
    throw new DataError(file, `is not ${format.title}: it has no format`);
  const [name, version = ''] = written.split('/');
  if (name !== format.name || !/^\d{1,9}$/.test(version))
    throw new DataError(
      file,
      `is not ${format.title}: its format is “${brief(written)}”, ${formatText(format)} is wanted`,
    );
  if (Number(version) > format.version)
    throw new DataError(
      file,
      `was written by a newer version of weft (${written}); this one reads ${formatText(format)}: update it, then try again`,
    );
  return Number(version);
}

/** @throws DataError on what is no JSON */
export function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DataError(file, `is no JSON (${error instanceof Error ? error.message : ''})`);
  }
}

/** The format that a JSON object names. */
export const formatIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'format')
    ? (value as { readonly format: unknown }).format
    : undefined;

/** A value as its schema says, or a sentence about the first field that is not. */
export function check<T>(
  schema: Schema<T>,
  value: unknown,
): { readonly value: T } | { readonly wrong: string } {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'it';
  if (issue.type === 'raw_check') return { wrong: issue.message };
  const isMissing = issue.received === 'undefined' && issue.path?.at(-1)?.value === undefined;
  if (isMissing) return { wrong: `${path} is missing` };
  return {
    wrong: `${path} is ${shown(issue.path?.at(-1)?.value ?? issue.input)}, ${issue.message}`,
  };
}

const MOST_CHARACTERS = 40;
const brief = (text: string) =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;

/** A value as a sentence shows it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `“${brief(value)}”`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
