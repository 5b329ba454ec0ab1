// Sneakers from the side: upper, light sole, laces, marks; some reach up to the ankle.

import type { Random } from '../random.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { drawLast, drawSole } from './last.ts';
import type { Canvas } from './raster.ts';

export function drawSneaker(canvas: Canvas, random: Random): void {
  const high = random.chance(0.18);
  const last = drawLast(random, random.uniform(0, 0.6), high ? [20.5, 24] : [19, 21.8]);
  const { toe, heel } = last;
  const thick = random.uniform(1.3, 3.2);
  const rise = high ? random.uniform(10, 14) : random.uniform(6.2, 9.8);
  const toeHeight = random.uniform(2.6, 4.2);
  const fabric = drawFabric(random, {
    patterns: { plain: 62, mottled: 14, knit: 8, gradient: 6, check: 5, dots: 5 },
  });
  const base = last.ground - thick;
  const collar = heel - random.uniform(7.5, 10.5);
  const dip = random.uniform(0.4, 2);
  canvas.paint(
    [
      [toe + 0.3, base + 0.4],
      [toe, base - toeHeight, true],
      [toe + 4.5, base - toeHeight],
      [toe + 8.5, base - toeHeight - 0.8, true],
      [collar, base - rise],
      [(collar + heel) / 2, base - rise + dip * 2, true],
      [heel - 0.9, base - rise + random.uniform(-0.6, 0.9)],
      [heel - 0.2, base - rise * 0.4, true],
      [heel - 0.3, base + 0.4],
    ],
    fabric,
  );
  const sole = random.chance(0.6)
    ? drawFabric(random, { patterns: { plain: 3, mottled: 1 }, tone: [0.6, 1] })
    : shaded(fabric, random.uniform(0.4, 0.9));
  drawSole(canvas, last, thick, sole, 4);
  const line = shaded(
    fabric,
    random.chance(0.5) ? random.uniform(0.3, 0.7) : random.uniform(1.25, 1.8),
  );
  if (random.chance(0.82)) {
    const laces = 3 + random.integer(2);
    for (let i = 0; i < laces; i++) {
      const t = (i + 0.4) / laces;
      const [x, y] = [
        toe + 6.5 + (collar - toe - 6.5) * t,
        base - toeHeight - (rise - toeHeight) * t,
      ];
      canvas.stroke(
        [
          [x - 0.3, y + 0.3],
          [x + 1.4, y + 2],
        ],
        0.7,
        line,
        0.8,
      );
    }
  }
  const mark = weighted(random, { stripes: 34, swoosh: 26, panel: 20, none: 20 });
  if (mark === 'stripes')
    for (let i = 0; i < 3; i++) {
      const x = toe + 11 + i * 2.2;
      canvas.stroke(
        [
          [x, base - 0.3],
          [x + 1.8, base - rise * 0.6],
        ],
        0.9,
        line,
        0.8,
      );
    }
  if (mark === 'swoosh')
    canvas.stroke(
      [
        [toe + 9, base - 2.6],
        [toe + 12.5, base - 0.2, true],
        [heel - 3, base - rise * 0.62],
      ],
      1.1,
      line,
      0.85,
    );
  if (mark === 'panel')
    canvas.paint(
      [
        [heel - 5.5, base],
        [heel - 4, base - rise * 0.7],
        [heel - 0.6, base - rise * 0.7],
        [heel - 0.3, base],
      ],
      line,
      0.75,
    );
  if (random.chance(0.4))
    canvas.stroke(
      [
        [toe + 4.5, base - toeHeight + 0.4],
        [toe + 6, base - 1, true],
        [toe + 5, base],
      ],
      0.7,
      line,
      0.7,
    );
}
