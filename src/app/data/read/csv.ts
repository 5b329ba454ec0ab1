// Tables of numbers as text, a row an image: a label and its pixels, as Kaggle has MNIST, with a header or without.
import { grouped } from '../../wording.ts';
import { DataError, type ImageShape, LEAST_SIDE, MOST_SIDE } from '../dataset.ts';
import { joined, withValidation } from './arrays.ts';
import type { Found, Part } from './found.ts';
import { type GivenFile, shown } from './given.ts';
import { levelsOf } from './numbers.ts';

/** Values that are read: as many as 128 MiB of floats. */
const MOST_VALUES = 2 ** 28;
const IS_LABEL = /^(label|class|target|category|y)$/i;
/** Columns that number the rows. */
const IS_INDEX = /^(|id|index|unnamed: 0|image_?id)$/i;

interface Table {
  readonly file: string;
  readonly shape: ImageShape;
  readonly values: Float32Array;
  readonly labels: readonly string[];
  /** The line of each row in the file, from 1. */
  readonly lines: Uint32Array;
}

/** Do these bytes look like rows of fields? */
export function isCsv(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).replace(/^\ufeff/, '');
  if (/[^\P{Cc}\t\r\n]/u.test(text) || /^\s*</.test(text)) return false;
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  return line.split(delimiterOf(line)).length >= LEAST_SIDE * LEAST_SIDE;
}

const delimiterOf = (line: string): string =>
  [',', ';', '\t'].reduce((best, one) =>
    line.split(one).length > line.split(best).length ? one : best,
  );

/** @throws DataError that names file and row */
export async function readCsv(files: readonly GivenFile[], what: string): Promise<Found> {
  const notes: string[] = [];
  const parts = { train: [] as Part[], validation: [] as Part[], test: [] as Part[] };
  let shape: ImageShape | undefined;
  for (const { path, bytes } of files) {
    const table = readTable(path, await bytes());
    if (!table) {
      notes.push(`${shown(path)} has no column of labels and was left out.`);
      continue;
    }
    shape ??= table.shape;
    if (table.shape.join() !== shape.join())
      throw new DataError(
        shown(path),
        `has images of [${table.shape.join(', ')}], those before it are [${shape.join(', ')}]`,
      );
    const section = /test/i.test(path) ? 'test' : /val/i.test(path) ? 'validation' : 'train';
    parts[section].push(partOf(table, notes));
  }
  const all = [...parts.train, ...parts.validation, ...parts.test];
  if (!shape || all.length === 0)
    throw new DataError(shown(what), 'has no column of labels: “label” belongs at its head');
  const train = parts.train.length > 0 ? parts.train : all;
  const rest = parts.train.length > 0 ? parts : { validation: [], test: [] };
  const one = (list: readonly Part[]) => (list.length > 0 ? joined(list) : undefined);
  return {
    shape,
    ...withValidation(joined(train), one(rest.validation), one(rest.test), notes),
    notes,
  };
}

function partOf({ file, values, labels, lines }: Table, notes: string[]): Part {
  const size = values.length / labels.length;
  const where = (row: number) => `${shown(file)}, row ${lines[row]}`;
  const { bytes, note } = levelsOf(
    values,
    (i) => `${where(Math.floor(i / size))}, pixel ${i % size}`,
  );
  if (note && !notes.includes(note)) notes.push(note);
  const isNumbered = labels.every((label) => /^-?\d+(\.0*)?$/.test(label));
  return { images: bytes, labels: isNumbered ? labels.map(Number) : labels, where };
}

/** undefined for one with pixels alone. */
function readTable(file: string, bytes: Uint8Array): Table | undefined {
  const text = new TextDecoder().decode(bytes).replace(/^\ufeff/, '');
  const end = text.indexOf('\n');
  const first = (end < 0 ? text : text.slice(0, end)).replace(/\r$/, '');
  const delimiter = delimiterOf(first);
  const heads = first.split(delimiter).map(unquoted);
  const isHeader = heads.filter((head) => !isNumber(head)).length > 1;
  const { label, pixels } = columnsOf(heads, isHeader);
  const shape = shapeOfPixels(pixels.length);
  if (!shape)
    throw new DataError(
      shown(file),
      `has ${grouped(pixels.length)} columns of pixels, which make no square image from ${LEAST_SIDE} to ${MOST_SIDE} pixels a side, gray or in color`,
    );
  if (label === undefined) return undefined;
  const rows = { labels: [] as string[], lines: [] as number[] };
  let values = new Float32Array(pixels.length * 1024);
  let line = isHeader ? 1 : 0;
  for (let at = isHeader ? end + 1 : 0; at < text.length && !(isHeader && end < 0);) {
    const stop = text.indexOf('\n', at);
    const row = text.slice(at, stop < 0 ? text.length : stop).replace(/\r$/, '');
    at = stop < 0 ? text.length : stop + 1;
    line++;
    if (row.trim() === '') continue;
    const fields = row.split(delimiter);
    const where = `${shown(file)}, row ${line}`;
    if (fields.length !== heads.length)
      throw new DataError(where, `has ${grouped(fields.length)} fields, the first row has ${grouped(heads.length)}`); // prettier-ignore
    const from = rows.labels.length * pixels.length;
    if (from + pixels.length > MOST_VALUES)
      throw new DataError(shown(file), `holds more than the ${grouped(MOST_VALUES)} values that are read`); // prettier-ignore
    if (from + pixels.length > values.length) {
      const larger = new Float32Array(2 * values.length);
      larger.set(values);
      values = larger;
    }
    pixels.forEach((column, p) => {
      const field = unquoted(fields[column] as string);
      const value = field === '' ? NaN : Number(field);
      if (Number.isNaN(value))
        throw new DataError(
          `${where}, column ${column + 1}`,
          `“${shown(field.slice(0, 40))}” is no number, and a pixel belongs there`,
        );
      values[from + p] = value;
    });
    const name = unquoted(fields[label] as string);
    if (name === '') throw new DataError(where, 'has no label');
    rows.labels.push(name);
    rows.lines.push(line);
  }
  if (rows.labels.length === 0) throw new DataError(shown(file), 'has no rows of images');
  return {
    ...{ file, shape, labels: rows.labels, lines: Uint32Array.from(rows.lines) },
    values: values.subarray(0, rows.labels.length * pixels.length),
  };
}

const unquoted = (field: string): string => field.trim().replace(/^"(.*)"$/, '$1');
const isNumber = (field: string): boolean => field !== '' && !Number.isNaN(Number(field));

/** The label is where the header says, else first; with as many columns as a square image has there is none. */
function columnsOf(heads: readonly string[], isHeader: boolean) {
  const all = heads.map((_, column) => column);
  if (!isHeader && shapeOfPixels(heads.length)) return { label: undefined, pixels: all };
  const named = isHeader ? heads.findIndex((head) => IS_LABEL.test(head)) : 0;
  if (named < 0) {
    const pixels = all.filter((column) => !IS_INDEX.test(heads[column] as string));
    if (shapeOfPixels(pixels.length)) return { label: undefined, pixels };
    return { label: pixels[0], pixels: pixels.slice(1) };
  }
  const isPixel = (column: number) =>
    column !== named && !(isHeader && IS_INDEX.test(heads[column] as string));
  return { label: named, pixels: all.filter(isPixel) };
}

function shapeOfPixels(count: number): ImageShape | undefined {
  for (const channels of [1, 3]) {
    const side = Math.sqrt(count / channels);
    if (Number.isInteger(side) && side >= LEAST_SIDE && side <= MOST_SIDE)
      return [side, side, channels];
  }
  return undefined;
}
