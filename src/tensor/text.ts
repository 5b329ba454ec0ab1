// Values as text, as NumPy's `str` writes an array: aligned columns, nested brackets, a summary of what is long.
import type { DType, TypedArray } from './dtype.ts';
import { type Shape, sizeOf } from './shape.ts';

/** More elements than this are summarized, each axis by three at either end. */
const THRESHOLD = 1000;
const ENDS = 3;
const LINE = 75;
/** What is smaller has an exponent. */
const SMALL = Math.fround(1e-4);
/** Digits behind the point. */
const PRECISION = 8;
const BETWEEN = '...';

/** The elements that `textOf` writes, in their order: few, however many there are. */
export function sampleOf(data: TypedArray, shape: Shape): readonly number[] {
  const sample: number[] = [];
  visit(shownOf(shape), shape, (at) => sample.push(data[at] as number));
  return sample;
}

/** The elements in brackets, one pair an axis; of a scalar the number. */
export function textOf(sample: readonly number[], shape: Shape, dtype: DType): string {
  const isFloat = dtype === 'f32';
  if (shape.length === 0) return isFloat ? scalar(sample[0] as number) : `${sample[0]}`;
  if (sample.length === 0) return '[]';
  const words = sample.map(isFloat ? floats(sample) : integers(sample));
  return bracketed(shape, shownOf(shape), words);
}

/** Indices along an axis; undefined is what is left out. */
type Shown = readonly (number | undefined)[];

function shownOf(shape: Shape): Shown[] {
  const isLong = sizeOf(shape) > THRESHOLD;
  return shape.map((size) => (isLong && size > 2 * ENDS ? ends(size) : upTo(size)));
}

const upTo = (size: number): Shown => Array.from({ length: size }, (_, i) => i);
const ends = (size: number): Shown => {
  const first = upTo(ENDS);
  return [...first, undefined, ...first.map((_, i) => size - ENDS + i)];
};

function visit([along, ...inner]: readonly Shown[], shape: Shape, f: (at: number) => void, at = 0) {
  if (!along) {
    f(at);
    return;
  }
  const rest = shape.slice(1);
  for (const i of along) if (i !== undefined) visit(inner, rest, f, at + i * sizeOf(rest));
}

/** @param words of the elements that are shown, in their order */
function bracketed(shape: Shape, shown: readonly Shown[], words: readonly string[]): string {
  let next = 0;
  const write = (axis: number, indent: string, width: number): string => {
    const isLast = axis === shape.length - 1;
    const parts = (shown[axis] ?? []).map((i): string => {
      if (i === undefined) return BETWEEN;
      return isLast ? (words[next++] ?? '') : write(axis + 1, `${indent} `, width - 1);
    });
    if (isLast) return `[${wrapped(parts, indent, width - 1)}]`;
    return `[${parts.join('\n'.repeat(shape.length - 1 - axis) + indent)}]`;
  };
  return write(0, ' ', LINE);
}

/** Words in lines no wider than `width`, all but the first behind the indent; that one has a bracket instead. */
function wrapped(words: readonly string[], indent: string, width: number): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length + word.length > width && line.length > indent.length) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.slice(0, -1)].join('\n').slice(indent.length);
}

function integers(values: readonly number[]): (value: number) => string {
  const width = Math.max(...values.map((value) => `${value}`.length));
  return (value) => `${value}`.padStart(width);
}

/** One form for all: fixed where they are of like size, else with exponents. */
function floats(values: readonly number[]): (value: number) => string {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)];
  const hasExponent = sizes.length > 0 && (most >= 1e8 || least < SMALL || most / least > 1000);
  const split = (value: number) => {
    const [number = '', exponent = ''] = hasExponent ? scientific(value) : [fixed(value)];
    const [whole = '', behind = ''] = number.split('.');
    return { whole, behind, exponent };
  };
  const parts = finite.map(split);
  const behindWidth = Math.max(0, ...parts.map(({ behind }) => behind.length));
  const tail = 1 + behindWidth + (hasExponent ? 4 : 0);
  const wholeWidth = Math.max(
    0,
    ...parts.map(({ whole }) => whole.length),
    ...values.filter((v) => !Number.isFinite(v)).map((v) => named(v).length - tail),
  );
  return (value) => {
    if (!Number.isFinite(value)) return named(value).padStart(wholeWidth + tail);
    const { whole, behind, exponent } = split(value);
    const filled = behind.padEnd(behindWidth, hasExponent ? '0' : ' ');
    return `${whole.padStart(wholeWidth)}.${filled}${exponent}`;
  };
}

const named = (value: number) => (Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf');

/** The fewest digits that no other f32 has, and the exponent: `-1.25`, `e+10`. */
function scientific(value: number): readonly [number: string, exponent: string] {
  let text = '';
  for (let digits = 0; digits <= PRECISION; digits++) {
    text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) break;
  }
  const [number = '', exponent = ''] = text.split('e');
  const sign = Object.is(value, -0) ? '-' : '';
  return [sign + number, `e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`];
}

/** The same digits without an exponent, at most eight behind the point: `-0.125`. */
function fixed(value: number): string {
  const [number, exponent] = scientific(value);
  const behind = number.replace(/^-?\d\.?/, '').length - Number(exponent.slice(1));
  const text = Math.abs(value).toFixed(Math.min(PRECISION, Math.max(0, behind)));
  const trimmed = text.includes('.') ? text.replace(/0+$/, '') : text;
  return (number.startsWith('-') ? '-' : '') + trimmed;
}

/** As NumPy writes a number by itself: `0.5`, `2.0`, `1e-05`. */
function scalar(value: number): string {
  if (!Number.isFinite(value)) return named(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < SMALL || size >= 1e16)) return scientific(value).join('');
  const text = fixed(value);
  return /\.\d/.test(text) ? text : `${text.replace('.', '')}.0`;
}
