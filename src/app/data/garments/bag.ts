// Bags: handbag, tote, clutch, satchel, rucksack-like; with handle, strap or none.

import type { Random } from '../random.ts';
import { drawFabric, shaded, weighted } from './fabric.ts';
import { symmetric, type Canvas } from './raster.ts';

export function drawBag(canvas: Canvas, random: Random): void {
  const style = weighted(random, { handbag: 40, tote: 22, clutch: 18, shoulder: 20 });
  const width = style === 'clutch' ? random.uniform(10.5, 13) : random.uniform(8.5, 12.8);
  const height = style === 'clutch' ? random.uniform(7, 12) : random.uniform(11, 17);
  const bottom = style === 'clutch' ? 14 + height / 2 : random.uniform(24, 26.8);
  const top = bottom - height;
  const taper = random.uniform(-1, 2.6);
  const corner = random.uniform(0.3, 3);
  const fabric = drawFabric(random, {
    patterns: {
      plain: 58,
      mottled: 12,
      check: 10,
      gradient: 8,
      stripes: 5,
      dots: 4,
      pinstripes: 3,
    },
  });
  const strap = shaded(fabric, random.uniform(0.6, 1.25));
  const reach = random.uniform(3, Math.max(3.5, width - taper - 2));
  const peak = random.uniform(0.6, Math.max(1, top - 4.5));
  if (style === 'handbag' || style === 'tote') {
    const thick = random.uniform(0.8, 1.9);
    // The far handle is darker and a little off the near one.
    const off = random.uniform(-1.2, 1.2);
    for (const [dx, shade] of [
      [off, shaded(strap, 0.6)],
      [0, strap],
    ] as const)
      canvas.stroke(
        [
          [14 - reach + dx, top + 1.5],
          [14 - reach * 0.95 + dx, peak - 2, true],
          [14 + dx, peak],
          [14 + reach * 0.95 + dx, peak - 2, true],
          [14 + reach + dx, top + 1.5],
        ],
        thick,
        shade,
        0.95,
      );
  } else if (style === 'shoulder' || random.chance(0.25)) {
    const edge = width - taper - 0.8;
    const above = style === 'clutch' ? top - random.uniform(2, 6) : peak;
    canvas.stroke(
      [
        [14 - edge, top + 1],
        [14 - edge * 0.7, above - 1, true],
        [14, above],
        [14 + edge * 0.7, above - 1, true],
        [14 + edge, top + 1],
      ],
      random.uniform(0.6, 1.2),
      strap,
      0.9,
    );
  }
  canvas.paint(
    symmetric([
      [14, top + random.uniform(-0.4, 0.8)],
      [14 - width + taper + corner * 0.5, top],
      [14 - width + taper, top, true],
      [14 - width + taper, top + corner * 0.6],
      [14 - width, bottom - corner],
      [14 - width, bottom, true],
      [14 - width + corner, bottom],
      [14, bottom + random.uniform(0, 0.5)],
    ]),
    fabric,
  );
  const dark = shaded(fabric, random.uniform(0.35, 0.75));
  const light = shaded(fabric, random.uniform(1.2, 1.7));
  const detail = weighted(random, { flap: 34, zip: 30, panel: 20, none: 16 });
  if (detail === 'flap') {
    const depth = height * random.uniform(0.35, 0.65);
    const inner = width - taper * 0.7;
    canvas.stroke(
      [
        [14 - inner, top + 0.5],
        [14 - inner * 0.9, top + depth, true],
        [14, top + depth],
        [14 + inner * 0.9, top + depth, true],
        [14 + inner, top + 0.5],
      ],
      random.uniform(0.7, 1.2),
      dark,
      0.9,
    );
    if (random.chance(0.7)) canvas.dot(14, top + depth, random.uniform(0.7, 1.5), light);
  } else if (detail === 'zip') {
    const y = top + random.uniform(1.2, 3.2);
    canvas.stroke(
      [
        [14 - width + taper + 1, y],
        [14 + width - taper - 1, y],
      ],
      0.8,
      dark,
      0.9,
    );
    if (random.chance(0.4))
      canvas.stroke(
        [
          [14 - reach, top + 1],
          [14 - reach, bottom],
        ],
        0.8,
        dark,
        0.8,
      );
    if (random.chance(0.4))
      canvas.stroke(
        [
          [14 + reach, top + 1],
          [14 + reach, bottom],
        ],
        0.8,
        dark,
        0.8,
      );
  } else if (detail === 'panel') {
    const x = width * random.uniform(0.4, 0.7);
    canvas.paint(
      [
        [14 - x, top + height * 0.4],
        [14 + x, top + height * 0.4],
        [14 + x, bottom - 1],
        [14 - x, bottom - 1],
      ],
      random.chance(0.6) ? dark : light,
      random.uniform(0.3, 0.8),
    );
  }
}
