// Ankle boots from the side: a shaft above the ankle, flat or with a heel.

import type { Random } from '../random.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { drawLast, drawSole, footbed } from './last.ts';
import type { Canvas, Node } from './raster.ts';

export function drawAnkleBoot(canvas: Canvas, random: Random): void {
  const style = weighted(random, { flat: 52, block: 30, stiletto: 18 });
  const lift = style === 'flat' ? random.uniform(0, 1.1) : random.uniform(2.5, 6.5);
  const low = style === 'flat' && random.chance(0.28);
  const last = drawLast(random, lift, low ? [20.5, 24.5] : [23.6, 26.4]);
  const { toe, heel } = last;
  const thick = random.uniform(0.9, 2.2);
  const fabric = drawFabric(random, {
    patterns: { plain: 70, mottled: 16, gradient: 7, knit: 4, check: 3 },
  });
  const top = low ? last.ground - random.uniform(11, 15) : random.uniform(2, 8.5);
  const front = heel - random.uniform(10, 13.2);
  const ball = footbed(last, toe, thick);
  const back = footbed(last, heel, thick);
  const toeHeight = random.uniform(2.4, 4.4);
  const instep = back - random.uniform(6, 8);
  const sole = shaded(fabric, random.uniform(0.4, 1.3));
  drawSole(
    canvas,
    last,
    thick,
    sole,
    style === 'stiletto' ? random.uniform(0.8, 1.8) : random.uniform(3, 6),
  );
  canvas.paint(
    [
      [toe + 0.3, ball + 0.3],
      [toe, ball - toeHeight, true],
      [toe + 4.5, ball - toeHeight],
      [front - 0.5, ball - toeHeight - 1, true],
      [front, Math.min(instep, ball - toeHeight - 1.5)],
      [front + random.uniform(-0.8, 0.8), top],
      [(front + heel) / 2, top + random.uniform(-0.5, 1.3), true],
      [heel - random.uniform(0, 1.5), top + random.uniform(-0.4, 0.6)],
      [heel - random.uniform(0.8, 2), (top + back) / 2, true],
      [heel - 0.2, back + 0.3],
      ...[0.9, 0.75, 0.6, 0.45].map((t): Node => {
        const x = toe + (heel - toe) * t;
        return [x, footbed(last, x, thick) + 0.3];
      }),
    ],
    fabric,
  );
  const line = shaded(
    fabric,
    random.chance(0.7) ? random.uniform(0.3, 0.7) : random.uniform(1.25, 1.7),
  );
  const detail = weighted(random, { elastic: 26, laces: 32, zip: 18, strap: 14, none: 20 });
  if (detail === 'elastic')
    canvas.paint(
      [
        [front + 3.5, top + 0.8],
        [front + 8, top + 0.8],
        [front + 6.8, instep + 1],
        [front + 4.6, instep + 1],
      ],
      line,
      0.8,
    );
  if (detail === 'laces')
    for (let y = top + 1.5; y < instep + 1.5; y += 1.9)
      canvas.stroke(
        [
          [front - 0.2, y],
          [front + 2.4, y + 0.7],
        ],
        0.7,
        line,
        0.85,
      );
  if (detail === 'zip')
    canvas.stroke(
      [
        [front + 6, top + 0.5],
        [front + 6.6, back],
      ],
      0.8,
      line,
      0.8,
    );
  if (detail === 'strap')
    canvas.stroke(
      [
        [front - 0.4, instep - 0.5],
        [heel - 0.4, instep - 2],
      ],
      random.uniform(0.9, 1.8),
      line,
      0.85,
    );
  if (random.chance(0.4))
    canvas.stroke(
      [
        [front, top + 0.6],
        [heel - 0.6, top + 0.6],
      ],
      0.9,
      line,
      0.7,
    );
  if (random.chance(0.25))
    canvas.stroke(
      [
        [toe + 4, ball - toeHeight + 0.3],
        [toe + 6, ball - 1.5, true],
        [toe + 5.5, ball],
      ],
      0.7,
      line,
      0.7,
    );
}
