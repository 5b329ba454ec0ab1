// Sandals from the side: straps over a flat sole, a heel or a wedge; mules.

import type { Random } from '../random.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { drawLast, drawSole, footbed } from './last.ts';
import type { Canvas, Node } from './raster.ts';

export function drawSandal(canvas: Canvas, random: Random): void {
  const style = weighted(random, { flat: 42, heeled: 30, wedge: 16, mule: 12 });
  const lift =
    style === 'flat'
      ? random.uniform(0, 1)
      : style === 'mule'
        ? random.uniform(0, 3)
        : random.uniform(4, 9.5);
  const last = drawLast(
    random,
    lift,
    style === 'flat' || style === 'mule' ? [18.5, 21.5] : [21, 24.4],
  );
  const { toe, heel, ground } = last;
  const thick = random.uniform(1, style === 'flat' ? 2.4 : 1.9);
  const fabric = drawFabric(random, {
    patterns: { plain: 74, mottled: 14, knit: 6, gradient: 6 },
    tone: [0.45, 0.98],
  });
  const straps = shaded(fabric, random.uniform(0.7, 1.3));
  const at = (t: number): number => footbed(last, toe + (heel - toe) * t, thick);
  const along = (t: number): number => toe + (heel - toe) * t;
  if (style === 'wedge')
    canvas.paint(
      [
        [along(0.3), ground],
        ...[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((t): Node => [along(t), at(t) + 0.4]),
        [heel, ground],
      ],
      shaded(fabric, random.uniform(0.6, 1.1)),
    );
  drawSole(
    canvas,
    last,
    thick,
    shaded(fabric, random.uniform(0.6, 1.15)),
    random.uniform(0.8, 3.6),
  );
  /** A band over the foot, from the sole at t to the sole further back; its middle stands off. */
  const band = (from: number, to: number, height: number, width: number): void => {
    canvas.stroke(
      [
        [along(from), at(from) + 0.4],
        [(along(from) + along(to)) / 2, Math.min(at(from), at(to)) - height * 1.6, true],
        [along(to), at(to) + 0.4],
      ],
      width,
      straps,
      0.95,
    );
  };
  if (style === 'mule') {
    const [height, back] = [random.uniform(4, 6.4), random.uniform(0.42, 0.62)];
    canvas.paint(
      [
        [along(0.02), at(0)],
        [along(0.03), at(0) - height * 0.8, true],
        [along(0.25), at(0.2) - height * 0.85],
        [along(back), at(0.4) - height],
        [along(back + 0.06), at(back)],
      ],
      straps,
    );
    return;
  }
  band(
    random.uniform(0.02, 0.1),
    random.uniform(0.2, 0.34),
    random.uniform(2, 3.6),
    random.uniform(0.9, 2.4),
  );
  if (random.chance(0.65))
    band(
      random.uniform(0.12, 0.25),
      random.uniform(0.4, 0.52),
      random.uniform(3, 5),
      random.uniform(0.8, 1.8),
    );
  if (random.chance(0.35))
    band(0.38, random.uniform(0.56, 0.66), random.uniform(3, 5), random.uniform(0.8, 1.5));
  if (random.chance(0.76)) {
    // Around the ankle, with a stay at the heel.
    const y = at(1) - random.uniform(4.5, 7);
    canvas.stroke(
      [
        [along(0.97), at(1)],
        [along(0.96), y],
      ],
      random.uniform(0.8, 1.8),
      straps,
      0.95,
    );
    canvas.stroke(
      [
        [along(0.96), y],
        [along(0.8), y + random.uniform(0.5, 2.5), true],
        [along(random.uniform(0.56, 0.66)), y + random.uniform(-0.5, 2)],
      ],
      random.uniform(0.8, 1.5),
      straps,
      0.95,
    );
    if (random.chance(0.55))
      canvas.stroke(
        [
          [along(0.6), y + 0.8],
          [along(random.uniform(0.3, 0.42)), at(0.35) - 2],
        ],
        random.uniform(0.8, 1.5),
        straps,
        0.9,
      );
  }
}
