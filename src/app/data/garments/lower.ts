// Trouser and dress: the two tall shapes.

import type { Random } from '../random.ts';
import { drawCut, type Cut } from './cut.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { symmetric, type Canvas, type Node } from './raster.ts';

export function drawTrouser(canvas: Canvas, random: Random): void {
  const top = random.uniform(1, 2.6);
  const waist = random.uniform(3.4, 5);
  const hip = waist + random.uniform(0.3, 1.4);
  const short = random.chance(0.05);
  const hem = short ? random.uniform(15, 19) : random.uniform(24.5, 27);
  const crotch = top + random.uniform(6.5, 9.5);
  const gap = random.chance(0.18) ? random.uniform(0, 0.25) : random.uniform(0.3, 2);
  const leg = short ? hip - gap - random.uniform(0, 0.6) : random.uniform(2.2, 4.6);
  const knee = random.uniform(-0.5, 0.7);
  const fabric = drawFabric(random, {
    patterns: { plain: 56, mottled: 22, gradient: 8, pinstripes: 8, check: 4, dots: 2 },
  });
  canvas.paint(
    symmetric([
      [14, top + random.uniform(0, 0.6)],
      [14 - waist, top],
      [14 - hip, top + 4.5],
      [14 - (hip + gap + leg) / 2 - knee, (crotch + hem) / 2, true],
      [14 - gap - leg, hem],
      [14 - gap, hem + random.uniform(-0.2, 0.4)],
      [14 - gap * 0.6, (crotch + hem) / 2],
      [14, crotch],
    ]),
    fabric,
  );
  const dark = shaded(fabric, random.uniform(0.35, 0.75));
  if (random.chance(0.75))
    canvas.stroke(
      [
        [14 - waist, top + 1.6],
        [14 + waist, top + 1.6],
      ],
      0.7,
      dark,
      0.7,
    );
  canvas.stroke(
    [
      [14, top + 1],
      [14, crotch + 0.5],
    ],
    0.7,
    dark,
    random.uniform(0.2, 0.9),
  );
  if (gap < 0.3)
    canvas.stroke(
      [
        [14, crotch],
        [14, hem],
      ],
      0.6,
      shaded(fabric, 0.3),
      0.9,
    );
  if (random.chance(0.5))
    for (const side of [-1, 1])
      canvas.stroke(
        [
          [14 + side * (waist - 1.8), top + 1.8],
          [14 + side * (hip - 0.2), top + 4.6],
        ],
        0.7,
        dark,
        0.7,
      );
  if (random.chance(0.35))
    for (const side of [-1, 1]) {
      const x = 14 + side * (gap + leg / 2);
      const crease: Node[] = [
        [14 + side * hip * 0.55, crotch],
        [x, hem],
      ];
      canvas.stroke(crease, 0.8, shaded(fabric, random.uniform(1.1, 1.5)), 0.6);
    }
}

export function drawDress(canvas: Canvas, random: Random): void {
  const style = weighted(random, { sleeveless: 50, straps: 12, short: 20, long: 18 });
  const shoulder = random.uniform(3.3, 5) - (style === 'straps' ? 0.5 : 0);
  const chest = shoulder + random.uniform(-0.2, 0.8);
  const flare = random.chance(0.3) ? random.uniform(2.5, 5) : random.uniform(-0.4, 2.2);
  const cut: Cut = {
    top: random.uniform(0.8, 2.6),
    hem: random.uniform(24.6, 27.2),
    neck: Math.min(shoulder - (style === 'straps' ? 0.7 : 1), random.uniform(1.7, 3)),
    neckDepth: random.uniform(1, style === 'straps' ? 5 : 4),
    vNeck: random.chance(0.3),
    shoulder,
    chest,
    waist: chest - random.uniform(0.2, 2.4),
    hip: chest + flare,
    tail: 0,
    armhole: random.uniform(4, 5.6),
    sleeve:
      style === 'long' ? random.uniform(14, 20) : style === 'short' ? random.uniform(3, 7) : 0,
    cuff: style === 'long' ? random.uniform(1.9, 2.8) : random.uniform(2.6, 3.8),
    angle: style === 'long' ? random.uniform(0.08, 0.24) : random.uniform(0.3, 0.7),
  };
  const fabric = drawFabric(random, {
    patterns: { plain: 50, stripes: 12, mottled: 12, gradient: 9, dots: 9, check: 4, knit: 4 },
  });
  drawCut(canvas, cut, fabric, random);
  const dark = shaded(fabric, random.uniform(0.35, 0.8));
  const waistline = random.uniform(10.5, 14);
  if (random.chance(0.45))
    canvas.stroke(
      [
        [14 - chest, waistline],
        [14 + chest, waistline],
      ],
      random.uniform(0.6, 1.6),
      random.chance(0.75) ? dark : shaded(fabric, 1.4),
      0.85,
    );
  if (flare > 1.5 || random.chance(0.25))
    for (const at of [-0.6, -0.15, 0.3, 0.7])
      canvas.stroke(
        [
          [14 + at * chest * 0.7, waistline + 1],
          [14 + at * (chest + flare), cut.hem],
        ],
        0.8,
        dark,
        random.uniform(0.2, 0.6),
      );
  if (random.chance(0.08))
    canvas.stroke(
      [
        [14, cut.top + cut.neckDepth],
        [14, cut.hem],
      ],
      0.7,
      dark,
      0.7,
    );
}
