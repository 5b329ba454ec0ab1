// safetensors: round trips, determinism, and every way in which a file can be wrong.
import { describe, expect, test } from 'vitest';
import {
  FileError,
  loadWeights,
  readSafetensors,
  writeSafetensors,
  type Weights,
} from '../src/nn/safetensors.ts';

/** A file with this header text, its true length before it, and this many bytes of data. */
function file(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: string, offsets: string, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

/** A header with one tensor, a. */
const only = (shape: string, offsets: string, dtype?: string) =>
  `{"a":${entry(shape, offsets, dtype)}}`;

/** A tensor of one value with more fields than the format knows. */
const withField = (fields: string) => `${entry('[1]', '[0,4]').slice(0, -1)},${fields}}`;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
  return 'accepted';
};
const read = (header: string, dataBytes = 0) =>
  messageOf(() => readSafetensors('x.st', file(header, dataBytes)));

const weights = (entries: [string, number[], number[]][]): Map<string, Weights> =>
  new Map(entries.map(([name, shape, data]) => [name, { shape, data: new Float32Array(data) }]));

describe('round trip', () => {
  const tensors = weights([
    ['conv1.weight', [1, 2, 1, 2], [1, -2, 3.5, 0.1]],
    ['10', [], [7]],
    ['2', [0, 3], []],
    ['gewölbe "é"\n', [1], [-0]],
    ['constructor', [2], [5, 6]],
  ]);
  const metadata = new Map([
    ['format', 'weft'],
    ['7', 'sieben'],
  ]);
  const bytes = writeSafetensors(tensors, metadata);

  test('every value, shape, name and the order come back', () => {
    const back = readSafetensors('x.st', bytes);
    expect([...back.metadata]).toEqual([...metadata]);
    const wanted = [...tensors].map(([name, { shape }]) => ({ name, shape }));
    expect([...loadWeights('x.st', bytes, wanted)]).toEqual([...tensors]);
    expect(Object.is(loadWeights('x.st', bytes, wanted).get('gewölbe "é"\n')?.data[0], -0)).toBe(
      true,
    );
  });

  test('the data begin at a multiple of 8, the header is padded with spaces', () => {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header).toMatch(/^\{"__metadata__":\{"format":"weft","7":"sieben"\},.*\} *$/s);
    expect(bytes.length).toBe(8 + length + 4 * 8);
  });

  test('equal weights give equal bytes', () => {
    expect(writeSafetensors(tensors, metadata)).toEqual(bytes);
    expect(writeSafetensors(new Map())).toEqual(file('{}      '));
  });

  test('a view into a larger array writes its own part', () => {
    const arena = new Float32Array([9, 1, 2, 9]);
    const part = new Map([['a', { shape: [2], data: arena.subarray(1, 3) }]]);
    expect(writeSafetensors(part)).toEqual(writeSafetensors(weights([['a', [2], [1, 2]]])));
  });

  test('what no reader would take is not written', () => {
    expect(() => writeSafetensors(weights([['a', [3], [1, 2]]]))).toThrow('a [3] wants 3 values');
    expect(() => writeSafetensors(weights([['__metadata__', [], [1]]]))).toThrow('__metadata__');
  });
});

describe('legal files', () => {
  test.each([
    ['padding behind the header', `{"a":${entry('[1]', '[0,4]')}}  \n\t `, 4],
    [
      'spaces inside',
      `{ "a" : { "shape" : [ 1 , 1 ] , "dtype":"F32", "data_offsets":[ 0 , 4 ] } }`,
      4,
    ],
    ['a header of 60 bytes, whose length reads as <', `{"abc":${entry('[2,2]', '[0,16]')} }`, 16],
    ['an odd offset', `{"u":${entry('[3]', '[0,3]', 'U8')},"a":${entry('[1]', '[3,7]')}}`, 7],
    ['half-byte elements', only('[4,3]', '[0,6]', 'F4'), 6],
    [
      'an empty tensor at the end',
      `{"a":${entry('[1]', '[0,4]')},"e":${entry('[0]', '[4,4]')}}`,
      4,
    ],
    ['names that a plain object has', `{"toString":${entry('[]', '[0,4]')}}`, 4],
    ['no metadata pairs', '{"__metadata__":{}}', 0],
    ['metadata null', '{"__metadata__":null}', 0],
    ['__proto__', `{"__proto__":${entry('[1]', '[0,4]')}}`, 4],
    ['__proto__, escaped', `{"\\u005f_proto__":${entry('[1]', '[0,4]')}}`, 4],
    ['__proto__ in the metadata', '{"__metadata__":{"__proto__":"x"}}', 0],
    ['the empty name', `{"":${entry('[1]', '[0,4]')}}`, 4],
    ['names beyond ASCII', `{"größe 重み 🎽":${entry('[1]', '[0,4]')}}`, 4],
    ['an unknown field', `{"a":${withField('"stride":[1]')}}`, 4],
    ['an unknown field in front', `{"a":{"x":"}",${entry('[1]', '[0,4]').slice(1)}}`, 4],
    [
      'unknown fields of every kind',
      `{"a":${withField('"b":{"c":[1,{"d":null}]},"e":-1.5e3')}}`,
      4,
    ],
    ['an unknown field 125 deep', `{"a":${withField(`"x":${nested(125)}`)}}`, 4],
  ])('%s', (_, header, dataBytes) => {
    expect(read(header, dataBytes)).toBe('accepted');
  });

  test.each(
    Object.entries({
      F64: 8,
      I64: 8,
      U64: 8,
      C64: 8,
      F32: 4,
      I32: 4,
      U32: 4,
      F16: 2,
      BF16: 2,
    }).concat(Object.entries({ I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1 })),
  )('dtype %s takes %i bytes an element', (dtype, size) => {
    expect(read(`{"a":${entry('[3]', `[0,${3 * size}]`, dtype)}}`, 3 * size)).toBe('accepted');
    expect(read(`{"a":${entry('[3]', `[0,${3 * size + 1}]`, dtype)}}`, 3 * size + 1)).toContain(
      dtype,
    );
  });

  test('values at an odd offset are read whole', () => {
    const bytes = file(`{"a":${entry('[1]', '[0,4]')} }`, 4);
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2.5, true);
    expect((bytes.length - 4) % 4).not.toBe(0);
    expect(loadWeights('x.st', bytes, [{ name: 'a', shape: [1] }]).get('a')?.data).toEqual(
      new Float32Array([2.5]),
    );
  });
});

describe('refused', () => {
  const one = entry('[1]', '[0,4]');
  test.each([
    ['a name twice', `{"a":${one},"a":${one}}`, 4, '"a" stands there twice'],
    ['a name twice, once escaped', `{"a":${one},"\\u0061":${one}}`, 4, '"a" stands there twice'],
    [
      'a field twice',
      `{"a":{"dtype":"F32","dtype":"F32"}}`,
      4,
      'tensor "a": the name "dtype" stands',
    ],
    ['a metadata key twice', '{"__metadata__":{"k":"1","k":"2"}}', 0, '"k" stands there twice'],
    ['__metadata__ twice', '{"__metadata__":{},"__metadata__":{}}', 0, 'stands there twice'],
    ['an unknown field twice', `{"a":${withField('"x":1,"x":1')}}`, 4, '"x" stands there twice'],
    ['an unknown field without a value', `{"a":${withField('"x":')}}`, 4, '"x": want a value'],
    ['an unknown field that is no JSON', `{"a":${withField('"x":tru')}}`, 4, 'found "tru"'],
    ['a list that is no JSON', `{"a":${withField('"x":[1,]')}}`, 4, '"x": want a value'],
    ['brackets that do not match', `{"a":${withField('"x":[}')}}`, 4, '"x": want a value'],
    ['an unknown field 126 deep', `{"a":${withField(`"x":${nested(126)}`)}}`, 4, 'nested deeper'],
    ['no dtype', '{"a":{"shape":[1],"data_offsets":[0,4]}}', 4, 'tensor "a" has no dtype'],
    ['no shape', '{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4, 'tensor "a" has no shape'],
    ['no offsets', '{"a":{"dtype":"F32","shape":[1]}}', 4, 'tensor "a" has no data_offsets'],
    ['an unknown dtype', only('[1]', '[0,4]', 'Q4'), 4, 'unknown dtype "Q4"'],
    ['a dtype in small letters', only('[1]', '[0,4]', 'f32'), 4, 'unknown dtype "f32"'],
    ['a dtype that objects have', only('[1]', '[0,4]', 'constructor'), 4, 'unknown dtype'],
    ['a dtype that is a number', '{"a":{"dtype":4}}', 4, 'dtype: want a string, found "4"'],
    ['a fraction', only('[1.5]', '[0,4]'), 4, 'shape: want a whole number'],
    ['a whole fraction', only('[1]', '[0,4.0]'), 4, 'found "4.0"'],
    ['an exponent', only('[1e0]', '[0,4]'), 4, 'found "1e0"'],
    ['a negative dim', only('[-1]', '[0,4]'), 4, 'found "-1"'],
    ['minus zero', only('[1]', '[-0,4]'), 4, 'found "-0"'],
    ['a leading zero', only('[01]', '[0,4]'), 4, 'found "01"'],
    ['a dim in quotes', only('["1"]', '[0,4]'), 4, 'shape: want a whole number'],
    ['a nested shape', only('[[1]]', '[0,4]'), 4, 'shape: want a whole number'],
    ['a shape that is an object', `{"a":${entry('{"0":1}', '[0,4]')}}`, 4, 'shape: want ['],
    ['true as a dim', only('[true]', '[0,4]'), 4, 'found "true"'],
    ['one offset', only('[1]', '[4]'), 4, 'has 1 data_offsets'],
    ['offsets reversed', only('[1]', '[4,0]'), 4, 'begins at byte 4, after its end at 0'],
    ['an offset of 2^53', only('[1]', '[0,9007199254740992]'), 4, 'found "9007199254740992"'],
    ['a tensor that is null', '{"a":null}', 0, 'tensor "a": want {, found "null"'],
    ['a tensor that is a list', '{"a":[]}', 0, 'tensor "a": want {'],
    ['metadata that begin like null', '{"__metadata__":nullx}', 0, 'header: want }, found "x"'],
    ['a metadata value that is null', '{"__metadata__":{"a":null}}', 0, 'want a string'],
    ['nested metadata', '{"__metadata__":{"a":{"b":"c"}}}', 0, '__metadata__, "a": want a string'],
    [
      'an overflow that a zero hides',
      only('[4503599627370496,4503599627370496,0]', '[0,0]'),
      0,
      'more elements than can be counted',
    ],
    ['elements that end inside a byte', only('[1]', '[0,1]', 'F4'), 1, 'not whole bytes'],
    ['a hole at the start', only('[1]', '[4,8]'), 8, 'bytes 0 to 4 belong to no tensor'],
    ['bytes behind the last tensor', `{"a":${one}}`, 5, 'bytes 4 to 5 belong to no tensor'],
    ['data without tensors', '{}', 1, 'bytes 0 to 1 belong to no tensor'],
    ['data cut short', `{"a":${one}}`, 3, 'truncated'],
    [
      'an empty tensor inside another',
      `{"a":${entry('[2]', '[0,8]')},"e":${entry('[0]', '[4,4]')}}`,
      8,
      'inside another that ends at 8',
    ],
    ['two tensors on the same bytes', `{"a":${one},"b":${one}}`, 4, 'inside another'],
    ['a space first', ` {"a":${one}}`, 4, 'begins with byte 0x20'],
    ['a byte order mark', `\ufeff{"a":${one}}`, 4, 'begins with byte 0xef'],
    ['text behind the object', `{"a":${one}}x`, 4, 'want nothing more, found "x"'],
    ['two objects', `{}{}`, 0, 'want nothing more'],
    ['zero bytes as padding', `{}\0\0`, 0, 'want nothing more'],
    ['a comma too many', `{"a":${one},}`, 4, 'want a string'],
    ['a comma missing', `{"a":${one} "b":${one}}`, 4, 'want }, found'],
    ['a comment', `{/**/}`, 0, 'want a string'],
    ['single quotes', `{'a':1}`, 0, 'want a string'],
    ['an unclosed object', '{"a":', 0, 'found the end of the header'],
    ['an unclosed string', '{"a', 0, 'does not end'],
    ['an escape at the end', '{"a\\', 0, 'does not end'],
    ['a control character', '{"a\u0001":1}', 0, 'control character'],
    ['an unknown escape', '{"\\q":1}', 0, 'illegal escape'],
    ['half a surrogate pair', '{"\\ud800":1}', 0, 'illegal escape'],
    ['deep nesting', `{"a":${'{"a":'.repeat(50_000)}`, 0, 'nested deeper than 125'],
  ])('%s', (_, header, dataBytes, message) => {
    expect(read(header, dataBytes)).toContain(message);
    expect(read(header, dataBytes)).toMatch(/^x\.st: /);
  });

  test('lengths', () => {
    const withLength = (length: bigint, rest = '{}') => {
      const bytes = file(rest);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      return messageOf(() => readSafetensors('x.st', bytes));
    };
    expect(withLength(3n)).toBe('x.st: a header of 3 bytes in a file of 10');
    expect(withLength(100_000_001n)).toContain('at most 100000000');
    expect(withLength(1n << 63n)).toContain('a header of 9223372036854775808 bytes');
    expect(withLength(0n)).toContain('the header is empty');
    expect(withLength((1n << 64n) - 1n)).toContain('a header of 18446744073709551615 bytes');
    const page = new TextEncoder().encode('\n<!doctype html><title>404</title>');
    expect(messageOf(() => readSafetensors('x.st', page))).toContain('looks like a web page');
  });

  test('a file that is a part of a larger buffer is read within its bounds', () => {
    const whole = file(`{"a":${one}}`, 8);
    const part = whole.subarray(0, whole.length - 4);
    expect(readSafetensors('x.st', part).tensors.size).toBe(1);
    const shifted = new Uint8Array([1, 2, 3, ...part]).subarray(3);
    expect(readSafetensors('x.st', shifted).tensors.get('a')?.bytes.length).toBe(4);
  });
});

describe('loadWeights', () => {
  const bytes = writeSafetensors(
    weights([
      ['a', [2], [1, 2]],
      ['b', [1, 1], [3]],
    ]),
  );
  const load = (wanted: { name: string; shape: number[] }[], from = bytes) =>
    messageOf(() => loadWeights('x.st', from, wanted));

  test('copies its values also from bytes whose slices are views, as those of Node’s Buffer are', () => {
    class Sharing extends Uint8Array {
      override slice(from?: number, to?: number) {
        return this.subarray(from, to);
      }
    }
    const shared = new Sharing(bytes);
    const { a, b } = Object.fromEntries(
      loadWeights('x.st', shared, [
        { name: 'a', shape: [2] },
        { name: 'b', shape: [1, 1] },
      ]),
    );
    shared.fill(0);
    expect([...a!.data, ...b!.data]).toEqual([1, 2, 3]);
    expect([a!.data.buffer.byteLength, b!.data.buffer.byteLength]).toEqual([8, 4]);
    expect(
      readSafetensors('x.st', new Sharing(bytes)).tensors.get('a')?.bytes.slice().buffer.byteLength,
    ).toBe(8);
  });

  test('lists everything that differs', () => {
    expect(
      load([
        { name: 'a', shape: [2, 1] },
        { name: 'c', shape: [] },
      ]),
    ).toBe(
      'x.st: not the weights of this model: "a" has shape [2], the model wants [2,1]; ' +
        '"c" [] is missing; "b" is not in the model',
    );
  });

  test('gives the weights in the order of the model', () => {
    const loaded = loadWeights('x.st', bytes, [
      { name: 'b', shape: [1, 1] },
      { name: 'a', shape: [2] },
    ]);
    expect([...loaded.keys()]).toEqual(['b', 'a']);
  });

  test.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('names the weight that is %d', (value, text) => {
    const broken = writeSafetensors(weights([['a', [3], [1, 2, value]]]));
    expect(load([{ name: 'a', shape: [3] }], broken)).toBe(`x.st: "a"[2] is ${text}`);
  });

  test('names the dtype and the rank it cannot take', () => {
    const other = file(only('[1]', '[0,4]', 'I32'), 4);
    expect(load([{ name: 'a', shape: [1] }], other)).toContain(
      '"a" has dtype I32, the model wants F32',
    );
    const deep = file(`{"a":${entry(`[${'1,'.repeat(8)}1]`, '[0,4]')}}`, 4);
    expect(load([{ name: 'a', shape: Array<number>(9).fill(1) }], deep)).toContain('rank 9');
  });
});
