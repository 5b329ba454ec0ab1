// The last that a shoe is drawn on, from the side, toes to the left: ground, footbed, sole and heel.

import type { Random } from '../random.ts';
import type { Fabric } from './fabric.ts';
import type { Canvas, Node } from './raster.ts';

/** Where foot and ground are; x runs from toe to heel. */
export interface Last {
  readonly toe: number;
  readonly heel: number;
  readonly ground: number;
  /** Height of the heel above the ball of the foot. */
  readonly lift: number;
}

export function drawLast(random: Random, lift: number, ground: readonly [number, number]): Last {
  return {
    toe: random.uniform(0.8, 2.4),
    heel: random.uniform(25.4, 27.2),
    ground: random.uniform(ground[0], ground[1]),
    lift,
  };
}

/** Height of the footbed over x: flat at the ball, rising to the heel. */
export const footbed = (last: Last, x: number, thickness: number): number => {
  const t = Math.min(1, Math.max(0, (x - last.toe - 9) / (last.heel - last.toe - 11)));
  return last.ground - thickness - last.lift * t * t * (3 - 2 * t);
};

/** A sole of the given thickness, with a separate heel where the foot is lifted. */
export function drawSole(
  canvas: Canvas,
  last: Last,
  thickness: number,
  shade: Fabric,
  slim: number,
): void {
  const { toe, heel, ground, lift } = last;
  const upper: Node[] = [];
  const lower: Node[] = [];
  for (let i = 0; i <= 10; i++) {
    const x = toe + ((heel - toe) * i) / 10;
    const y = footbed(last, x, thickness);
    const curl = i === 0 ? 0.5 : 0;
    upper.push([x, y - curl]);
    lower.unshift([x, lift > 1.2 ? y + thickness : ground - curl]);
  }
  canvas.paint([...upper, ...lower], shade);
  if (lift > 1.2)
    canvas.paint(
      [
        [heel - slim - 1.6, footbed(last, heel - slim, thickness) + thickness * 0.5],
        [heel - 0.1, footbed(last, heel, thickness) + thickness * 0.5],
        [heel - 0.5, ground],
        [heel - slim, ground],
      ],
      shade,
    );
}
