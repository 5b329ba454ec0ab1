// Garments for the upper body: T-shirt, pullover, coat, shirt. One cut with many measures; the
// classes overlap where real ones do (a shirt without collar, a long-sleeved top, a light coat).

import type { Random } from '../random.ts';
import {
  collar,
  drawCut,
  drawLongSleeve,
  drawMeasures,
  drawShortSleeve,
  hemLine,
  neckTrim,
  placket,
  pockets,
  type Cut,
} from './cut.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { symmetric, type Canvas } from './raster.ts';

export function drawTShirt(canvas: Canvas, random: Random): void {
  const style = weighted(random, { short: 80, sleeveless: 15, long: 5 });
  const sleeve =
    style === 'short'
      ? drawShortSleeve(random)
      : style === 'long'
        ? drawLongSleeve(random)
        : { sleeve: 0, cuff: 0, angle: 0 };
  const measures = drawMeasures(random);
  const cut: Cut = {
    ...measures,
    ...sleeve,
    neckDepth: random.uniform(1.2, style === 'sleeveless' ? 5.5 : 4),
    shoulder: measures.shoulder - (style === 'sleeveless' ? 1.2 : 0),
    vNeck: random.chance(0.25),
  };
  const fabric = drawFabric(random, {
    patterns: { plain: 56, stripes: 18, mottled: 10, gradient: 7, dots: 5, pinstripes: 4 },
  });
  drawCut(canvas, cut, fabric, random);
  if (random.chance(0.6)) neckTrim(canvas, cut, shaded(fabric, random.uniform(0.5, 1.3)), 0.9);
  if (random.chance(0.07)) placket(canvas, { ...cut, hem: cut.top + 9 }, fabric, random, 2);
  if (random.chance(0.32)) {
    const print = random.uniform(0.15, 1);
    const [w, h] = [random.uniform(1.5, 3.6), random.uniform(1, 3.6)];
    const y = cut.top + random.uniform(7, 10.5);
    const ink = drawFabric(random, { patterns: { plain: 2, mottled: 3, stripes: 1 } });
    canvas.paint(
      [
        [14 - w, y - h],
        [14 + w, y - h],
        [14 + w * random.uniform(0.5, 1), y + h],
        [14 - w * random.uniform(0.5, 1), y + h],
      ],
      ink,
      0.4 + 0.6 * print,
    );
  }
}

export function drawPullover(canvas: Canvas, random: Random): void {
  const high = random.chance(0.2);
  const cut: Cut = { ...drawMeasures(random), ...(high ? { neckDepth: 0.6, neck: 2.2 } : {}) };
  const fabric = drawFabric(random, {
    patterns: { plain: 42, knit: 22, stripes: 16, mottled: 10, gradient: 5, dots: 3, check: 2 },
  });
  drawCut(canvas, cut, fabric, random);
  const rib = shaded(fabric, random.uniform(0.55, 0.9));
  if (high)
    canvas.paint(
      [
        [14 - cut.neck, cut.top + 0.8],
        [14 - cut.neck + 0.3, cut.top - 1.3],
        [14 + cut.neck - 0.3, cut.top - 1.3],
        [14 + cut.neck, cut.top + 0.8],
      ],
      shaded(fabric, random.uniform(0.75, 1.05)),
    );
  else if (random.chance(0.65)) neckTrim(canvas, cut, rib, random.uniform(0.8, 1.5));
  if (random.chance(0.75)) hemLine(canvas, cut, rib, random.uniform(1, 2.2));
  if (random.chance(0.07)) placket(canvas, { ...cut, hem: cut.top + 10 }, fabric, random, 1);
  if (random.chance(0.03)) placket(canvas, cut, fabric, random, 0);
  if (random.chance(0.04)) collar(canvas, cut, rib, 1.2);
}

export function drawCoat(canvas: Canvas, random: Random): void {
  const measures = drawMeasures(random);
  const cut: Cut = {
    ...measures,
    hem: random.uniform(24.6, 27.2),
    hip: measures.hip + random.uniform(0, 1.3),
    cuff: measures.cuff + random.uniform(0.1, 0.9),
    neckDepth: random.uniform(2.5, 6),
    vNeck: random.chance(0.6),
  };
  const fabric = drawFabric(random, {
    patterns: { plain: 66, mottled: 14, check: 7, knit: 7, gradient: 6 },
    tone: [0.24, 0.9],
  });
  drawCut(canvas, cut, fabric, random);
  const open = random.chance(0.3);
  if (open) {
    const inside = shaded(fabric, random.uniform(0.2, 0.6));
    const gap = random.uniform(0.5, 2);
    canvas.paint(
      symmetric([
        [14, cut.top + cut.neckDepth],
        [14 - gap * 0.5, cut.top + cut.neckDepth],
        [14 - gap, cut.hem + 0.5],
        [14, cut.hem + 0.5],
      ]),
      inside,
    );
  } else if (random.chance(0.92)) {
    placket(canvas, cut, fabric, random, random.chance(0.45) ? 2 + random.integer(2) : 0);
  }
  if (random.chance(0.78)) {
    const shade = shaded(fabric, random.chance(0.7) ? random.uniform(0.5, 0.85) : 1.25);
    collar(canvas, cut, shade, random.uniform(2.5, 6));
  }
  if (random.chance(0.5)) pockets(canvas, fabric, random, random.uniform(16, 20), 3.6);
  if (random.chance(0.16))
    hemLine(canvas, cut, shaded(fabric, 0.5), cut.hem - random.uniform(13, 15));
}

export function drawShirt(canvas: Canvas, random: Random): void {
  const style = weighted(random, { long: 66, short: 28, sleeveless: 6 });
  const sleeve =
    style === 'long'
      ? drawLongSleeve(random)
      : style === 'short'
        ? drawShortSleeve(random)
        : { sleeve: 0, cuff: 0, angle: 0 };
  const measures = drawMeasures(random);
  const cut: Cut = {
    ...measures,
    ...sleeve,
    hip: measures.hip + random.uniform(-0.2, 0.5),
    tail: random.uniform(0.2, 2),
    neckDepth: random.uniform(1, 3.6),
    vNeck: random.chance(0.3),
  };
  const fabric = drawFabric(random, {
    patterns: {
      plain: 38,
      check: 20,
      pinstripes: 12,
      mottled: 10,
      dots: 8,
      stripes: 7,
      gradient: 5,
    },
  });
  drawCut(canvas, cut, fabric, random);
  const buttoned = random.chance(0.92);
  if (buttoned) placket(canvas, cut, fabric, random, 4 + random.integer(3));
  if (random.chance(buttoned ? 0.92 : 0.6)) {
    const factor = random.chance(0.5) ? random.uniform(0.35, 0.75) : random.uniform(1.2, 1.6);
    collar(canvas, cut, shaded(fabric, factor), random.uniform(1, 2));
  } else if (random.chance(0.5)) {
    neckTrim(canvas, cut, shaded(fabric, random.uniform(0.6, 1.2)), 0.9);
  }
  if (random.chance(0.25)) pockets(canvas, fabric, random, cut.top + random.uniform(7, 9), 3);
}
