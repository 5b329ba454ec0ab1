// String(x) of what was read writes values as NumPy does; what is expected here is what NumPy 2.4.6 wrote.
import { describe, expect, test } from 'vitest';
import { add, type DType } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();

const range = (size: number, f = (i: number) => i) => Array.from({ length: size }, (_, i) => f(i));

interface Printed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly data: readonly number[];
  readonly text: string;
}

const PRINTED: readonly Printed[] = [
  { name: 'whole numbers', shape: [3], data: [1, 2, 3], text: `[1. 2. 3.]` },
  {
    name: 'a point with nothing behind it',
    shape: [3],
    data: [1, 2.5, -3.25],
    text: `[ 1.    2.5  -3.25]`,
  },
  {
    name: 'shortest digits of f32',
    shape: [3],
    data: [0.1, 0.2, 0.33333334],
    text: `[0.1        0.2        0.33333334]`,
  },
  {
    name: 'a matrix',
    shape: [2, 2],
    data: [1, -2, 30.5, 4],
    text: `[[ 1.  -2. ]
 [30.5  4. ]]`,
  },
  {
    name: 'three axes',
    shape: [2, 3, 2],
    dtype: 'i32',
    data: [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6],
    text: `[[[-5 -4]
  [-3 -2]
  [-1  0]]

 [[ 1  2]
  [ 3  4]
  [ 5  6]]]`,
  },
  {
    name: 'NaN and infinities',
    shape: [4],
    data: [1, Number.NaN, -Infinity, 0.5],
    text: `[ 1.   nan -inf  0.5]`,
  },
  { name: 'only NaN', shape: [2], data: [Number.NaN, Number.NaN], text: `[nan nan]` },
  { name: 'large and small', shape: [2], data: [1e-5, 1.5], text: `[1.0e-05 1.5e+00]` },
  {
    name: 'exponents without digits',
    shape: [3],
    data: [10000000000, 1e-5, 0],
    text: `[1.e+10 1.e-05 0.e+00]`,
  },
  { name: 'large', shape: [2], data: [123456792, 1], text: `[1.2345679e+08 1.0000000e+00]` },
  { name: 'small alone', shape: [2], data: [0.0001, 0.0002], text: `[0.0001 0.0002]` },
  { name: 'below that', shape: [2], data: [1e-5, 2e-5], text: `[1.e-05 2.e-05]` },
  {
    name: 'integers align',
    shape: [2, 2],
    dtype: 'i32',
    data: [1, -20, 300, 4],
    text: `[[  1 -20]
 [300   4]]`,
  },
  { name: 'bytes', shape: [3], dtype: 'u8', data: [0, 255, 7], text: `[  0 255   7]` },
  {
    name: 'unsigned',
    shape: [2],
    dtype: 'u32',
    data: [4294967295, 0],
    text: `[4294967295          0]`,
  },
  { name: 'a scalar', shape: [], data: [0.5], text: `0.5` },
  { name: 'a whole scalar', shape: [], data: [2], text: `2.0` },
  { name: 'a small scalar', shape: [], data: [1e-5], text: `1e-05` },
  { name: 'a large scalar', shape: [], data: [100000002004087734272], text: `1e+20` },
  { name: 'an integer scalar', shape: [], dtype: 'i32', data: [7], text: `7` },
  { name: 'NaN alone', shape: [], data: [Number.NaN], text: `nan` },
  { name: 'nothing', shape: [0], data: [], text: `[]` },
  { name: 'rows of nothing', shape: [2, 0], data: [], text: `[]` },
  { name: 'negative zero', shape: [2], data: [-0, 0], text: `[-0.  0.]` },
  {
    name: 'a row that wraps',
    shape: [30],
    data: range(30, (i) => i * 1.5),
    text: `[ 0.   1.5  3.   4.5  6.   7.5  9.  10.5 12.  13.5 15.  16.5 18.  19.5
 21.  22.5 24.  25.5 27.  28.5 30.  31.5 33.  34.5 36.  37.5 39.  40.5
 42.  43.5]`,
  },
  {
    name: 'digits are cut at 8',
    shape: [2],
    data: [0.12345678, 1234.5677],
    text: `[1.2345678e-01 1.2345677e+03]`,
  },
  {
    name: 'summary of a vector',
    shape: [1001],
    data: range(1001),
    text: `[   0.    1.    2. ...  998.  999. 1000.]`,
  },
  {
    name: 'summary of a matrix',
    shape: [30, 40],
    data: range(1200, (i) => i / 8),
    text: `[[0.00000e+00 1.25000e-01 2.50000e-01 ... 4.62500e+00 4.75000e+00
  4.87500e+00]
 [5.00000e+00 5.12500e+00 5.25000e+00 ... 9.62500e+00 9.75000e+00
  9.87500e+00]
 [1.00000e+01 1.01250e+01 1.02500e+01 ... 1.46250e+01 1.47500e+01
  1.48750e+01]
 ...
 [1.35000e+02 1.35125e+02 1.35250e+02 ... 1.39625e+02 1.39750e+02
  1.39875e+02]
 [1.40000e+02 1.40125e+02 1.40250e+02 ... 1.44625e+02 1.44750e+02
  1.44875e+02]
 [1.45000e+02 1.45125e+02 1.45250e+02 ... 1.49625e+02 1.49750e+02
  1.49875e+02]]`,
  },
  {
    name: 'summary of four axes',
    shape: [2, 2, 20, 30],
    dtype: 'i32',
    data: range(2400),
    text: `[[[[   0    1    2 ...   27   28   29]
   [  30   31   32 ...   57   58   59]
   [  60   61   62 ...   87   88   89]
   ...
   [ 510  511  512 ...  537  538  539]
   [ 540  541  542 ...  567  568  569]
   [ 570  571  572 ...  597  598  599]]

  [[ 600  601  602 ...  627  628  629]
   [ 630  631  632 ...  657  658  659]
   [ 660  661  662 ...  687  688  689]
   ...
   [1110 1111 1112 ... 1137 1138 1139]
   [1140 1141 1142 ... 1167 1168 1169]
   [1170 1171 1172 ... 1197 1198 1199]]]


 [[[1200 1201 1202 ... 1227 1228 1229]
   [1230 1231 1232 ... 1257 1258 1259]
   [1260 1261 1262 ... 1287 1288 1289]
   ...
   [1710 1711 1712 ... 1737 1738 1739]
   [1740 1741 1742 ... 1767 1768 1769]
   [1770 1771 1772 ... 1797 1798 1799]]

  [[1800 1801 1802 ... 1827 1828 1829]
   [1830 1831 1832 ... 1857 1858 1859]
   [1860 1861 1862 ... 1887 1888 1889]
   ...
   [2310 2311 2312 ... 2337 2338 2339]
   [2340 2341 2342 ... 2367 2368 2369]
   [2370 2371 2372 ... 2397 2398 2399]]]]`,
  },
  { name: 'pi', shape: [2], data: [Math.PI, 2.5], text: `[3.1415927 2.5      ]` },
  { name: '1000 times', shape: [2], data: [0.001, 1.5], text: `[1.0e-03 1.5e+00]` },
];

describe('String(x) after a read', () => {
  test.each(PRINTED)('$name', async ({ shape, dtype = 'f32', data, text }) => {
    const x = device.tensor(data, shape, dtype);
    await x.data();
    expect(String(x)).toBe(text);
  });

  test('a thousand elements are written out', async () => {
    const x = device.zeros([100, 10], 'u8');
    await x.data();
    expect(String(x).split('\n')).toHaveLength(100);
  });
});

describe('String(x) is never of old values', () => {
  test('before a read, and after a write, it is dtype and shape', async () => {
    const x = device.tensor([1, 2], [2]);
    expect(String(x)).toBe('f32[2]');
    expect(await x.toArray()).toEqual([1, 2]);
    expect(`${x}`).toBe('[1. 2.]');
    device.write(x, [3, 4]);
    expect(String(x)).toBe('f32[2]');
    await x.data();
    expect(String(x)).toBe('[3. 4.]');
    device.copy(device.tensor([5, 6], [2]), x);
    expect(String(x)).toBe('f32[2]');
  });

  test('what is written while a read is under way is not shown', async () => {
    const x = device.tensor([1], []);
    const reading = x.item();
    device.write(x, [2]);
    expect(await reading).toBe(1);
    expect(String(x)).toBe('f32[]');
  });

  test('a replay changes what a recording returned', async () => {
    const total = device.zeros([1]);
    const recording = device.capture(() => {
      device.copy(add(total, 1), total);
      return add(total, 0);
    });
    recording.replay();
    await recording.result.data();
    await total.data();
    expect([String(recording.result), String(total)]).toEqual(['[1.]', '[1.]']);
    recording.replay();
    expect([String(recording.result), String(total)]).toEqual(['f32[1]', 'f32[1]']);
  });

  test('errors name dtype and shape, read or not', async () => {
    const x = device.tensor([1, 2], [2]);
    await x.data();
    expect(() => x.reshape([3])).toThrow('reshape: f32[2] holds 2 elements');
  });
});
