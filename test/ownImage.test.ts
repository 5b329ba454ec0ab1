// Own pictures, the epochs as CSV, and weights from a file: what a person brings and takes away.
import { expect, test } from 'vitest';
import { metricsCsv } from '../src/app/metricsCsv.ts';
import { ownImage } from '../src/app/ownImage.ts';
import { stroke } from '../src/app/web/own/brush.ts';

/** A picture of one grey, with a rectangle of another. */
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

test('bright on black stays as it is', () => {
  const { pixels, inverted } = ownImage(picture(28, 28, 0, 200, [7, 7, 21, 21]), 28, 28);
  expect(inverted).toBe(false);
  expect([at(pixels, 0, 0), at(pixels, 7, 7), at(pixels, 20, 20), at(pixels, 21, 21)]).toEqual([
    0, 200, 200, 0,
  ]);
});

test('dark on paper becomes bright on black, and the paper is black', () => {
  const { pixels, inverted } = ownImage(picture(280, 280, 240, 0, [70, 70, 210, 210]), 280, 280);
  expect(inverted).toBe(true);
  expect(at(pixels, 0, 0)).toBe(0);
  expect(at(pixels, 14, 14)).toBe(255);
});

test('the longest side fills the image, the other is set in the middle', () => {
  const { pixels } = ownImage(picture(10, 40, 0, 0, [0, 0, 0, 0]).fill(255), 10, 40);
  // All white: its border is bright, so it is a blank sheet.
  expect(Math.max(...pixels)).toBe(0);
  const tall = ownImage(picture(20, 56, 0, 255, [4, 4, 16, 52]), 20, 56).pixels;
  expect([at(tall, 14, 14), at(tall, 8, 14), at(tall, 14, 1), at(tall, 14, 2)]).toEqual([
    255, 0, 0, 255,
  ]);
});

test('a small picture is scaled up, a see-through one lies on white', () => {
  const { pixels } = ownImage(picture(4, 4, 0, 255, [1, 1, 3, 3]), 4, 4);
  expect([at(pixels, 6, 6), at(pixels, 7, 7), at(pixels, 20, 20), at(pixels, 21, 21)]).toEqual([
    0, 255, 255, 0,
  ]);
  expect(ownImage(new Uint8Array(4 * 9), 3, 3)).toEqual({
    pixels: new Uint8Array(784),
    inverted: true,
  });
});

test('a picture without pixels is refused', () => {
  expect(() => ownImage(new Uint8Array(0), 0, 0)).toThrow('a picture of 0 × 0 with 0 values');
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
  const blank = new Uint8Array(784);
  const drawn = stroke(blank, { x: 5.5, y: 10.5 }, { x: 15.5, y: 10.5 }, false);
  expect(blank.every((value) => value === 0)).toBe(true); // what was there is left as it was
  for (let x = 5; x <= 15; x++) expect(at(drawn, x, 10)).toBe(255);
  expect(at(drawn, 10, 11)).toBeGreaterThan(100);
  expect(at(drawn, 10, 11)).toBeLessThan(255);
  expect([at(drawn, 10, 13), at(drawn, 3, 10), at(drawn, 18, 10)]).toEqual([0, 0, 0]);
  const rubbed = stroke(drawn, { x: 10.5, y: 10.5 }, { x: 10.5, y: 10.5 }, true);
  expect([at(rubbed, 10, 10), at(rubbed, 5, 10)]).toEqual([0, 255]);
  // Off the sheet nothing happens.
  const off = { x: -40, y: 90 };
  expect(stroke(blank, off, off, false)).toEqual(blank);
});
