// The cut of a garment for the upper body: measures, sleeves, body and neckline, and the details
// that tops share (collar, placket, hem, pockets).

import type { Random } from '../random.ts';
import { shaded, type Fabric } from './fabric.ts';
import { symmetric, turn, type Canvas, type Node } from './raster.ts';

/** Measures in pixels; widths are halves, from the middle line at x = 14. */
export interface Cut {
  readonly top: number;
  readonly hem: number;
  readonly neck: number;
  readonly neckDepth: number;
  readonly vNeck: boolean;
  readonly shoulder: number;
  readonly chest: number;
  readonly waist: number;
  readonly hip: number;
  /** How much deeper the hem is in the middle. */
  readonly tail: number;
  /** How far down the sleeve joins the body. */
  readonly armhole: number;
  /** 0 for none. */
  readonly sleeve: number;
  readonly cuff: number;
  /** Of the sleeve from hanging down, in radians. */
  readonly angle: number;
}

/** Sleeves, body and neckline; what the classes share. */
export function drawCut(canvas: Canvas, cut: Cut, fabric: Fabric, random: Random): void {
  const { top, neck, neckDepth, shoulder, chest, armhole } = cut;
  const slope = top + (shoulder - neck) * random.uniform(0.22, 0.42);
  const pit = slope + armhole;
  const tail = cut.tail + random.uniform(0, 0.6);
  if (cut.sleeve > 0) {
    const cloth = shaded(fabric, random.uniform(0.74, 0.97));
    for (const side of [-1, 1]) {
      const [sin, cos] = turn(cut.angle + random.normal(0, 0.05));
      const at = (x: number, y: number): Node => [14 + side * x, y];
      const [ex, ey] = [shoulder + sin * cut.sleeve, slope + cos * cut.sleeve];
      const bend = random.uniform(-0.1, 1.1);
      canvas.paint(
        [
          at(shoulder - 1.6, slope - 0.6),
          at(shoulder - 0.1, slope - 0.1),
          [14 + side * ((shoulder + ex) / 2 + bend * cos), (slope + ey) / 2 - bend * sin, true],
          at(ex, ey),
          at(ex - cut.cuff * cos, ey + cut.cuff * sin),
          at(chest - 0.4, pit + 0.3),
        ],
        cloth,
      );
    }
  }
  // The inside of the back shows in the neck opening.
  canvas.paint(
    symmetric([
      [14, top - 0.3],
      [14 - neck, top],
      [14 - neck * 0.6, top + neckDepth],
    ]),
    shaded(fabric, random.uniform(0.35, 0.7)),
  );
  canvas.paint(
    symmetric([
      [14, top + neckDepth],
      ...(cut.vNeck ? [] : [[14 - neck * 0.9, top + neckDepth, true] as const]),
      [14 - neck, top],
      [14 - shoulder, slope],
      [14 - chest + 0.9, slope + armhole * 0.6, true],
      [14 - chest, pit],
      [14 - cut.waist, (pit + cut.hem) / 2, true],
      [14 - cut.hip, cut.hem],
      [14 - cut.hip * 0.5, cut.hem + tail, true],
      [14, cut.hem + tail],
    ]),
    fabric,
  );
  if (cut.sleeve > 0) {
    const seam = shaded(fabric, random.uniform(0.25, 0.7));
    for (const side of [-1, 1])
      canvas.stroke(
        [
          [14 + side * (shoulder - 0.2), slope],
          [14 + side * (chest - 1), slope + armhole * 0.6, true],
          [14 + side * (chest - 0.1), pit + (cut.sleeve > 10 ? 9 : 0.8)],
        ],
        0.7,
        seam,
        random.uniform(0.6, 1),
      );
  }
}

/** The measures that all tops share, before a class changes them. */
export function drawMeasures(random: Random): Cut {
  const shoulder = random.uniform(5.2, 6.8);
  const chest = shoulder + random.uniform(-0.7, 0.7);
  return {
    top: random.uniform(1.2, 3.4),
    hem: random.uniform(22, 25.8),
    neck: random.uniform(2, 3.3),
    neckDepth: random.uniform(1, 3),
    vNeck: random.chance(0.15),
    shoulder,
    chest,
    waist: chest - random.uniform(-0.3, 1.2),
    hip: chest + random.uniform(-0.6, 0.9),
    tail: 0,
    armhole: random.uniform(4.4, 6.2),
    ...drawLongSleeve(random),
  };
}

type Sleeve = Pick<Cut, 'sleeve' | 'cuff' | 'angle'>;

export function drawLongSleeve(random: Random): Sleeve {
  return {
    sleeve: random.uniform(17.5, 22),
    cuff: random.uniform(2.5, 3.4),
    angle: random.uniform(0.1, 0.26),
  };
}

export function drawShortSleeve(random: Random): Sleeve {
  return {
    sleeve: random.uniform(4, 9.5),
    cuff: random.uniform(3.4, 4.8),
    angle: random.uniform(0.4, 0.85),
  };
}

/** A line along the neck opening. */
export function neckTrim(canvas: Canvas, cut: Cut, shade: Fabric, width: number): void {
  canvas.stroke(
    [
      [14 - cut.neck, cut.top],
      [
        14 - (cut.vNeck ? cut.neck * 0.5 : cut.neck * 0.9),
        cut.top + cut.neckDepth * (cut.vNeck ? 0.5 : 1),
        true,
      ],
      [14, cut.top + cut.neckDepth],
      [
        14 + (cut.vNeck ? cut.neck * 0.5 : cut.neck * 0.9),
        cut.top + cut.neckDepth * (cut.vNeck ? 0.5 : 1),
        true,
      ],
      [14 + cut.neck, cut.top],
    ],
    width,
    shade,
    0.8,
  );
}

/** Ribbing or a hem line at the bottom. */
export function hemLine(canvas: Canvas, cut: Cut, shade: Fabric, up: number): void {
  canvas.stroke(
    [
      [14 - cut.hip, cut.hem - up],
      [14 + cut.hip, cut.hem - up],
    ],
    0.8,
    shade,
    0.7,
  );
}

/** A line down the front with buttons, for shirts, coats and some others. */
export function placket(
  canvas: Canvas,
  cut: Cut,
  fabric: Fabric,
  random: Random,
  buttons: number,
): void {
  const x = 14 + random.uniform(-0.5, 0.5);
  const from = cut.top + cut.neckDepth;
  const darker = random.chance(0.7);
  const line = shaded(fabric, darker ? random.uniform(0.3, 0.75) : random.uniform(1.25, 1.7));
  canvas.stroke(
    [
      [x, from],
      [x, cut.hem],
    ],
    random.uniform(0.5, 1.3),
    line,
    random.uniform(0.5, 1),
  );
  for (let i = 0; i < buttons; i++) {
    const y = from + ((i + 0.6) / buttons) * (cut.hem - from);
    canvas.dot(x, y, 0.5, shaded(fabric, darker ? 1.6 : 0.35), random.uniform(0.4, 1));
  }
}

/** Two points of a turned-down collar. */
export function collar(canvas: Canvas, cut: Cut, shade: Fabric, reach: number): void {
  for (const side of [-1, 1])
    canvas.paint(
      [
        [14 + side * 0.2, cut.top + cut.neckDepth],
        [14 + side * (cut.neck - 0.6), cut.top - 0.7],
        [14 + side * (cut.neck + 0.9), cut.top + 0.6],
        [14 + side * (cut.neck * 0.75), cut.top + cut.neckDepth + reach],
      ],
      shade,
      0.9,
    );
}

/** Two patch pockets, on the chest or below. */
export function pockets(
  canvas: Canvas,
  fabric: Fabric,
  random: Random,
  y: number,
  half: number,
): void {
  const shade = shaded(fabric, random.uniform(0.55, 0.85));
  const sides = random.chance(0.4) ? [1] : [-1, 1];
  for (const side of sides) {
    const x = 14 + side * half;
    canvas.stroke(
      [
        [x - 1.6, y],
        [x + 1.6, y],
      ],
      0.8,
      shade,
      0.8,
    );
  }
}
