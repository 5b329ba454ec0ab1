// The sets that the project draws itself, for where there is no network: the ten classes of Fashion-MNIST as drawn
// garments, and ten kinds of fruit in color. Seeded; the same bytes on every platform.

import { checksumOf, type DataSet, type ImageShape, sizeOf, type Split } from './dataset.ts';
import { BUILTIN_SIZE } from './builtinSize.ts';
import { drawFruit, FRUITS, FRUIT_SIDE } from './fruits.ts';
import { FASHION_CLASSES } from './fashion.ts';
import { drawAnkleBoot } from './garments/ankleBoot.ts';
import { drawBag } from './garments/bag.ts';
import { smoothNoise } from './garments/fabric.ts';
import { drawDress, drawTrouser } from './garments/lower.ts';
import { Canvas, SIDE, SIZE, turn, type Pose } from './garments/raster.ts';
import { drawSandal } from './garments/sandal.ts';
import { drawSneaker } from './garments/sneaker.ts';
import { drawCoat, drawPullover, drawShirt, drawTShirt } from './garments/tops.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { Random } from './random.ts';

/** By label, see FASHION_CLASSES. */
const DRAWINGS = [
  drawTShirt,
  drawTrouser,
  drawPullover,
  drawDress,
  drawCoat,
  drawSandal,
  drawShirt,
  drawSneaker,
  drawBag,
  drawAnkleBoot,
] as const;

/** Where the garment lies in the image: a little turned, sheared, scaled and moved. */
function drawPose(random: Random): Pose {
  const [sin, cos] = turn(random.normal(0, 0.05));
  const shear = random.normal(0, 0.035);
  const [sx, sy] = [random.uniform(0.88, 1.05), random.uniform(0.92, 1.03)];
  const [dx, dy] = [random.normal(0, 0.6), random.normal(0, 0.5)];
  const [xx, xy, yx, yy] = [sx * cos, sy * (shear * cos - sin), sx * sin, sy * (shear * sin + cos)];
  // The middle of the drawing goes to the middle of the image, moved by dx, dy.
  return { xx, xy, yx, yy, x0: 14 + dx - 14 * (xx + xy), y0: 14 + dy - 14 * (yx + yy) };
}

/** One for all of them: its arrays are reused. */
const canvas = new Canvas();

/** Draws one garment of the class into 784 bytes at `offset`. */
export function drawGarment(
  label: number,
  random: Random,
  target: Uint8Array,
  offset: number,
): void {
  const draw = DRAWINGS[label];
  if (!draw) throw new RangeError(`drawGarment: label ${label} is outside 0..9`);
  canvas.clear(drawPose(random));
  draw(canvas, random);
  const exposure = random.uniform(0.82, 1.12);
  const grain = random.chance(0.3) ? random.uniform(0.01, 0.05) : random.uniform(0, 0.014);
  const [shadow, seed] = [random.uniform(0, 0.12), random.next()];
  for (let i = 0; i < SIZE; i++) {
    const value = canvas.pixels[i]!;
    if (value === 0) continue; // the background stays black, as in the real set
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const cloudy = value * (exposure + shadow * smoothNoise(seed, x / 8, y / 8));
    const level = Math.round(255 * (cloudy + random.normal(0, grain) * Math.min(1, value * 3)));
    target[offset + i] = Math.min(255, Math.max(0, level));
  }
}

export interface BuiltinOptions extends PaceOptions {
  /** Training images, 10,000 unless told. */
  readonly train?: number;
  /** Test images, 2,000 unless told. */
  readonly test?: number;
  readonly seed?: number;
}

/** A set that is drawn: what it is called, and how an image of a class comes into being. */
interface Drawn extends Pick<DataSet, 'name' | 'title' | 'classes'> {
  readonly shape: ImageShape;
  readonly draw: (label: number, random: Random, target: Uint8Array, offset: number) => void;
}

/** By the name that an option takes. */
export const BUILTINS = {
  builtin: {
    name: 'builtin',
    title: 'weft built-in garments (drawn, not photographs)',
    classes: FASHION_CLASSES,
    shape: [SIDE, SIDE, 1],
    draw: drawGarment,
  },
  'builtin-color': {
    name: 'builtin-color',
    title: 'weft built-in fruit in color (drawn, not photographs)',
    classes: FRUITS,
    shape: [FRUIT_SIDE, FRUIT_SIDE, 3],
    draw: drawFruit,
  },
} as const satisfies Readonly<Record<string, Drawn>>;

export type BuiltinName = keyof typeof BUILTINS;

export const isBuiltin = (name: string): name is BuiltinName => Object.hasOwn(BUILTINS, name);

const TRAIN_STREAM = 1;
const TEST_STREAM = 2;

/** A built-in set. Classes are equally frequent (to one image) and in random order. */
export async function builtinDataSet(
  options: BuiltinOptions = {},
  which: BuiltinName = 'builtin',
): Promise<DataSet> {
  const { train = BUILTIN_SIZE.train, test = BUILTIN_SIZE.test, seed = 1 } = options;
  const { name, title, classes, shape, draw }: Drawn = BUILTINS[which];
  const [size, K] = [sizeOf(shape), classes.length];
  for (const [part, count] of Object.entries({ train, test }))
    if (!Number.isInteger(count) || count < K || count > 100_000)
      throw new RangeError(`builtinDataSet: ${part} ${count} is not an integer in ${K}..100000`);
  const pace = new Pace(options);
  let drawn = 0;
  const split = async (stream: number, count: number): Promise<Split> => {
    const labels = Uint8Array.from(
      new Random(seed, stream).shuffle(Uint32Array.from({ length: count }, (_, i) => i % K)),
    );
    const images = new Uint8Array(count * size);
    for (let i = 0; i < count; i++, drawn++) {
      draw(labels[i]!, new Random(seed, stream, i), images, i * size);
      if (pace.due()) await pace.rest(drawn / (train + test));
    }
    return { images, labels, count };
  };
  const [trainSplit, testSplit] = [
    await split(TRAIN_STREAM, train),
    await split(TEST_STREAM, test),
  ];
  options.onProgress?.(1);
  const [height, width, channels] = shape;
  return {
    ...{ name, title, builtin: true, classes, height, width, channels },
    ...{ train: trainSplit, test: testSplit },
    checksum: await checksumOf(trainSplit, testSplit),
    source: `drawn by weft (seed ${seed})`,
  };
}
