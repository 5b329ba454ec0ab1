// Arrays as NumPy writes them (.npy). Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { DataError } from '../dataset.ts';
import { shown } from './given.ts';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export const isNpy = (head: Uint8Array): boolean =>
  head[0] === 0x93 && String.fromCharCode(...head.subarray(1, 6)) === 'NUMPY';

type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** By kind and size of an element. */
const ELEMENTS: Readonly<Record<string, Read>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** What cannot be read is named by what NumPy calls it. */
const OTHERS: Readonly<Record<string, string>> = {
  f2: 'half floats',
  U: 'texts',
  S: 'texts',
  O: 'Python objects',
  c: 'complex numbers',
};

/** @throws DataError that names the file */
export function readNpy(file: string, bytes: Uint8Array): NpyArray {
  const refuse = (problem: string): never => {
    throw new DataError(shown(file), problem);
  };
  if (!isNpy(bytes)) refuse('does not begin as an array of NumPy');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = 'is cut short inside its header';
  if (bytes.length < 12) refuse(cut);
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) refuse(cut);
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([<>|=]?)(\w)(\d*)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const dims = /'shape':\s*\(([\d,\sL]*)\)/.exec(header);
  if (!descr || !order || !dims) return refuse('has a header that is none of NumPy’s');
  if (order[1] === 'True') refuse('lies in Fortran order: save it with numpy.ascontiguousarray(…)');
  const [, endian = '', kind = '', size = ''] = descr;
  const read = ELEMENTS[kind + size];
  if (!read) {
    const what = OTHERS[kind + size] ?? OTHERS[kind] ?? `elements of the type ${kind}${size}`;
    return refuse(`holds ${what}; whole numbers and floats are read`);
  }
  const shape = (dims[1] ?? '')
    .split(',')
    .filter((text) => text.trim() !== '')
    .map((text) => Number.parseInt(text, 10));
  const count = shape.reduce((a, b) => a * b, 1);
  const width = Number(size);
  const [has, wants] = [bytes.length - end, count * width];
  if (has !== wants)
    refuse(
      has < wants
        ? `is cut short: ${has} of ${wants} bytes of its array [${shape.join(', ')}]`
        : `is ${has - wants} bytes longer than its array [${shape.join(', ')}]`,
    );
  if (kind + size === 'u1' || kind + size === 'b1') return { shape, values: bytes.subarray(end) };
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, end + i * width, endian !== '>');
  return { shape, values };
}
