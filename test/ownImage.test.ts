// Own pictures, the epochs as CSV, and weights from a file: what a person brings and takes away.
import { FASHION_TASK } from '../src/app/data/fashion.ts';
import { expect, test } from 'vitest';
import { metricsCsv } from '../src/app/metricsCsv.ts';
import { ownImage } from '../src/app/ownImage.ts';
import { stroke } from '../src/app/web/own/brush.ts';

/** A picture of one gray, with a rectangle of another. */
function picture(
  width: number,
  height: number,
  ground: number,
  ink: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Uint8Array {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isInk = x >= left && x < right && y >= top && y < bottom;
    rgba.fill(isInk ? ink : ground, 4 * i, 4 * i + 3);
  }
  return rgba;
}
const at = (pixels: Uint8Array, x: number, y: number) => pixels[y * 28 + x];

test('what fills the picture stays as it is, bright on black', () => {
  const { pixels, inverted } = ownImage(
    picture(28, 28, 0, 240, [1, 7, 27, 21]),
    28,
    28,
    FASHION_TASK.shape,
  );
  expect(inverted).toBe(false);
  expect([at(pixels, 0, 10), at(pixels, 1, 7), at(pixels, 26, 20), at(pixels, 1, 21)]).toEqual([
    0, 240, 240, 0,
  ]);
});

/** A garment: a shape with a collar, a gap between arms and body, and a fabric, in bytes [28, 28]. */
const garment = Uint8Array.from({ length: 784 }, (_, i) => {
  const [x, y] = [i % 28, Math.floor(i / 28)];
  const isSleeve = y > 3 && y < 20 && (x < 7 || x > 20);
  const isBody = x >= 8 && x <= 19 && !(y < 4 && x > 11 && x < 16);
  return isSleeve || isBody ? 150 + ((x * 7 + y * 13) % 90) : 0;
});

interface Scene {
  /** Side of the garment in pixels, and of the sheet that it lies on. */
  readonly side: number;
  readonly sheet: number;
  readonly paint: (value: number) => readonly [gray: number, alpha: number];
}

function draw({ side, sheet, paint }: Scene): Uint8Array {
  const rgba = new Uint8Array(4 * sheet * sheet);
  const [left, top] = [Math.floor((sheet - side) / 3), Math.floor((sheet - side) / 2)];
  for (let y = 0; y < sheet; y++)
    for (let x = 0; x < sheet; x++) {
      const [u, v] = [((x - left) * 28) / side, ((y - top) * 28) / side].map(Math.floor) as [
        number,
        number,
      ];
      const value = u >= 0 && v >= 0 && u < 28 && v < 28 ? (garment[v * 28 + u] as number) : 0;
      const [gray, alpha] = paint(value);
      rgba.set([gray, gray, gray, alpha], 4 * (y * sheet + x));
    }
  return rgba;
}

/** Pearson's correlation of two images: 1 for the same up to brightness and contrast. */
function likeness(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [da, db] = [value - ma, (b[i] as number) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return ab / Math.sqrt(aa * bb);
}

const PAINTS: Readonly<Record<string, Scene['paint']>> = {
  'bright on black': (v) => [v, 255],
  'dark on white': (v) => [255 - v, 255],
  'dark on a gray wall': (v) => [Math.round(110 * (1 - v / 255)), 255],
  'bright on a gray wall': (v) => [Math.round(110 + (145 * v) / 255), 255],
  'pale on white': (v) => [Math.round(255 - 0.35 * v), 255],
  'white on nothing': (v) => [v === 0 ? 0 : 255, v],
  'light on nothing': (v) => [v, v === 0 ? 0 : 255],
  'dark on nothing': (v) => [255 - v, v === 0 ? 0 : 255],
};
const SHEETS = [
  [28, 28],
  [28, 56],
  [140, 140],
  [140, 280],
  [84, 300],
] as const;

test.each(
  Object.entries(PAINTS).flatMap(([name, paint]) =>
    SHEETS.map(([side, sheet]) => ({ name, side, sheet, paint })),
  ),
)('$name, $side pixels of $sheet: the network gets the garment', (scene) => {
  const { pixels, isBlank } = ownImage(draw(scene), scene.sheet, scene.sheet, FASHION_TASK.shape);
  expect(isBlank).toBe(false);
  expect(likeness(pixels, garment)).toBeGreaterThan(0.97);
  expect(Math.max(...pixels)).toBeGreaterThan(200); // the contrast is that of the data set
});

test('half the pixels are half the detail, and the size is right all the same', () => {
  const scene = { side: 14, sheet: 28, paint: PAINTS['bright on black']! };
  const { pixels, box } = ownImage(draw(scene), 28, 28, FASHION_TASK.shape);
  expect(box).toEqual({ left: 4, top: 7, width: 14, height: 14 });
  expect(likeness(pixels, garment)).toBeGreaterThan(0.8);
});

test('the longest side fills the image, the other is set in the middle', () => {
  const { pixels, box } = ownImage(
    picture(100, 80, 255, 0, [60, 10, 80, 66]),
    100,
    80,
    FASHION_TASK.shape,
  );
  expect(box).toEqual({ left: 60, top: 10, width: 20, height: 56 });
  expect([at(pixels, 14, 0), at(pixels, 14, 27), at(pixels, 8, 14), at(pixels, 9, 14)]).toEqual([
    255, 255, 0, 255,
  ]);
});

test('noise of the ground and a speck in it are no garment', () => {
  const rgba = picture(300, 300, 200, 40, [100, 100, 200, 160]);
  for (let i = 0; i < 300 * 300; i++) {
    const noise = ((i * 7919) % 13) - 6;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = (rgba[4 * i + c] as number) + noise;
  }
  rgba.fill(0, 4 * 305, 4 * 305 + 3);
  const { box, pixels } = ownImage(rgba, 300, 300, FASHION_TASK.shape);
  expect(box).toEqual({ left: 100, top: 100, width: 100, height: 60 });
  expect(at(pixels, 0, 0)).toBe(0);
});

test.each([
  ['white', new Uint8Array(4 * 9).fill(255)],
  ['transparent', new Uint8Array(4 * 9)],
  ['gray', picture(9, 1, 100, 100, [0, 0, 0, 0])],
])('an empty sheet is blank: %s', (_, rgba) => {
  const { pixels, isBlank } = ownImage(rgba, rgba.length / 4, 1, FASHION_TASK.shape);
  expect(isBlank).toBe(true);
  expect(pixels.every((value) => value === 0)).toBe(true);
});

test('a picture without pixels is refused', () => {
  expect(() => ownImage(new Uint8Array(0), 0, 0, FASHION_TASK.shape)).toThrow(
    'a picture of 0 × 0 with 0 values',
  );
});

test('epochs as CSV, exact, empty where nothing was held back', () => {
  const epoch = {
    epoch: 1,
    trainLoss: 0.1 + 0.2,
    trainAccuracy: 0.5,
    validationLoss: null,
    validationAccuracy: null,
    learningRate: 1e-5,
    timeMs: 12.5,
    imagesPerSecond: 1000,
  };
  expect(metricsCsv([epoch])).toBe(
    'epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,learning_rate,time_ms,images_per_second\r\n' +
      '1,0.30000000000000004,0.5,,,0.00001,12.5,1000\r\n',
  );
});

test('a stroke is a line of full ink with a soft edge, and can be rubbed out', () => {
  const ink = { paint: [255], shape: FASHION_TASK.shape };
  const blank = new Uint8Array(784);
  const drawn = stroke(blank, { x: 5.5, y: 10.5 }, { x: 15.5, y: 10.5 }, ink);
  expect(blank.every((value) => value === 0)).toBe(true); // what was there is left as it was
  for (let x = 5; x <= 15; x++) expect(at(drawn, x, 10)).toBe(255);
  expect(at(drawn, 10, 11)).toBeGreaterThan(100);
  expect(at(drawn, 10, 11)).toBeLessThan(255);
  expect([at(drawn, 10, 13), at(drawn, 3, 10), at(drawn, 18, 10)]).toEqual([0, 0, 0]);
  const rubbed = stroke(drawn, { x: 10.5, y: 10.5 }, { x: 10.5, y: 10.5 }, { ...ink, paint: [0] });
  expect([at(rubbed, 10, 10), at(rubbed, 5, 10)]).toEqual([0, 255]);
  // Off the sheet nothing happens.
  const off = { x: -40, y: 90 };
  expect(stroke(blank, off, off, ink)).toEqual(blank);
});
