// A small rasteriser for 28x28 drawings: filled outlines with exact anti-aliasing along rows, posed
// by an affine map. Only + - * / and comparisons of doubles, so every platform draws the same bytes.

/** Height and width. */
export const SIDE = 28;
export const SIZE = SIDE * SIDE;

/** Sub-rows per pixel row; along a row coverage is exact. */
const SUB_ROWS = 4;
/** Of outlines painted together with one sub-row; the garments have 6 at most. */
const MOST_CROSSINGS = 16;
/** Straight pieces per curve; at this size more cannot be seen. */
const PIECES = 6;

/** On the outline; with `true` the control point of a quadratic curve (as in TrueType). */
export type Node = readonly [x: number, y: number, control?: boolean];
export type Outline = readonly Node[];

/** Brightness at a point of the drawing, 0 black to 1 white. */
export type Shade = number | ((x: number, y: number) => number);

/** From the drawing's coordinates to the image: x' = xx·x + xy·y + x0, y' = yx·x + yy·y + y0. */
export interface Pose {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** From the first to before the last. */
type Rows = readonly [first: number, end: number];
const NOTHING: Rows = [SIDE * SUB_ROWS, 0];
const joined = (rows: Rows, first: number, end: number): Rows =>
  first >= end || (rows[0] <= first && end <= rows[1])
    ? rows
    : [Math.min(rows[0], first), Math.max(rows[1], end)];

const UPRIGHT: Pose = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0 };

/** Drawings use pixel units: x right, y down, 0..28, the middle at 14, 14. */
export class Canvas {
  readonly pixels = new Float64Array(SIZE);
  readonly #coverage = new Float64Array(SIZE);
  /** Crossings of the outline with each sub-row. */
  readonly #crossings = new Float64Array(SIDE * SUB_ROWS * MOST_CROSSINGS);
  readonly #counts = new Uint8Array(SIDE * SUB_ROWS);
  // Sub-rows that may have crossings, and those that may have coverage: most strokes are short.
  #crossed = NOTHING;
  #covered = NOTHING;
  #pose: Pose = UPRIGHT;

  /** Black again, for the next drawing. */
  clear(pose: Pose): void {
    this.#pose = pose;
    this.pixels.fill(0);
  }

  /** Paints the inside of the outlines (even-odd, so an inner outline is a hole). */
  paint(outlines: Outline | readonly Outline[], shade: Shade, opacity = 1): void {
    const list = isOutline(outlines) ? [outlines] : outlines;
    for (const outline of list) this.#cross(flatten(outline));
    this.#cover();
    this.#blend(shade, opacity);
  }

  /** Paints a stroke of the given width along an open line. */
  stroke(line: Outline, width: number, shade: Shade, opacity = 1): void {
    const points = flatten(line, false);
    for (let i = 0; i + 1 < points.length; i++) {
      const [x0, y0] = points[i]!;
      const [x1, y1] = points[i + 1]!;
      const length = Math.sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
      if (length === 0) continue;
      const [nx, ny] = [((y0 - y1) / length) * (width / 2), ((x1 - x0) / length) * (width / 2)];
      this.#cross([
        [x0 + nx, y0 + ny],
        [x1 + nx, y1 + ny],
        [x1 - nx, y1 - ny],
        [x0 - nx, y0 - ny],
      ]);
      // Piece by piece, so that overlaps at the joints are not holes.
      this.#cover();
    }
    this.#blend(shade, opacity);
  }

  /** Paints a disc. */
  dot(x: number, y: number, radius: number, shade: Shade, opacity = 1): void {
    const [r, c] = [radius, radius * Math.SQRT1_2];
    this.paint(
      [
        [x - r, y],
        [x - c, y - c],
        [x, y - r],
        [x + c, y - c],
        [x + r, y],
        [x + c, y + c],
        [x, y + r],
        [x - c, y + c],
      ],
      shade,
      opacity,
    );
  }

  /** Notes where a closed outline crosses the sub-rows. */
  #cross(points: readonly (readonly [number, number])[]): void {
    const { xx, xy, x0, yx, yy, y0 } = this.#pose;
    const last = points.at(-1)!;
    let [ax, ay] = [xx * last[0] + xy * last[1] + x0, yx * last[0] + yy * last[1] + y0];
    for (const [px, py] of points) {
      const [bx, by] = [xx * px + xy * py + x0, yx * px + yy * py + y0];
      const [top, bottom] = ay < by ? [ay, by] : [by, ay];
      const first = Math.max(0, Math.ceil(top * SUB_ROWS - 0.5));
      const end = Math.min(SIDE * SUB_ROWS, Math.ceil(bottom * SUB_ROWS - 0.5));
      this.#crossed = joined(this.#crossed, first, end);
      const slope = (bx - ax) / (by - ay);
      for (let row = first; row < end; row++)
        this.#note(row, ax + ((row + 0.5) / SUB_ROWS - ay) * slope);
      [ax, ay] = [bx, by];
    }
  }

  /** Keeps a sub-row's crossings in order. */
  #note(row: number, x: number): void {
    const xs = this.#crossings;
    const from = row * MOST_CROSSINGS;
    const count = this.#counts[row]!++;
    if (count === MOST_CROSSINGS)
      throw new RangeError(`an outline crosses a row more than ${MOST_CROSSINGS} times`);
    let i = from + count;
    for (; i > from && xs[i - 1]! > x; i--) xs[i] = xs[i - 1]!;
    xs[i] = x;
  }

  /** Turns crossings into coverage per pixel, 0 to 1, and forgets them. */
  #cover(): void {
    const [first, end] = this.#crossed;
    this.#covered = joined(this.#covered, first, end);
    this.#crossed = NOTHING;
    for (let row = first; row < end; row++) {
      const base = Math.floor(row / SUB_ROWS) * SIDE;
      const at = row * MOST_CROSSINGS;
      for (let i = 1; i < this.#counts[row]!; i += 2) {
        const from = Math.max(0, this.#crossings[at + i - 1]!);
        const to = Math.min(SIDE, this.#crossings[at + i]!);
        for (let x = Math.floor(from); x < to; x++)
          this.#coverage[base + x]! += (Math.min(to, x + 1) - Math.max(from, x)) / SUB_ROWS;
      }
      this.#counts[row] = 0;
    }
  }

  /** Mixes the shade in where there is coverage, and clears it. */
  #blend(shade: Shade, opacity: number): void {
    const { xx, xy, x0, yx, yy, y0 } = this.#pose;
    const det = xx * yy - xy * yx;
    const [first, end] = this.#covered;
    this.#covered = NOTHING;
    const to = Math.ceil(end / SUB_ROWS) * SIDE;
    for (let i = Math.floor(first / SUB_ROWS) * SIDE; i < to; i++) {
      const covered = this.#coverage[i]!;
      if (covered === 0) continue;
      this.#coverage[i] = 0;
      let value = shade;
      if (typeof value === 'function') {
        const dx = (i % SIDE) + 0.5 - x0;
        const dy = Math.floor(i / SIDE) + 0.5 - y0;
        value = value((yy * dx - xy * dy) / det, (xx * dy - yx * dx) / det);
      }
      const share = Math.min(1, covered) * opacity;
      this.pixels[i] = this.pixels[i]! * (1 - share) + value * share;
    }
  }
}

function isOutline(value: Outline | readonly Outline[]): value is Outline {
  return typeof value[0]?.[0] === 'number';
}

/** Curves into straight pieces. */
function flatten(nodes: Outline, closed = true): [number, number][] {
  const points: [number, number][] = [];
  const count = nodes.length;
  for (let i = 0; i < count; i++) {
    const [x, y, control] = nodes[i]!;
    if (!control) {
      points.push([x, y]);
      continue;
    }
    const before = points.at(-1)!;
    const after = nodes[closed ? (i + 1) % count : i + 1]!;
    for (let piece = 1; piece < PIECES; piece++) {
      const t = piece / PIECES;
      const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
      points.push([a * before[0] + b * x + c * after[0], a * before[1] + b * y + c * after[1]]);
    }
  }
  return points;
}

/** The outline mirrored about x = 14, run backwards so that halves join. */
export function mirrored(nodes: Outline): Node[] {
  return nodes.map(([x, y, control]): Node => [28 - x, y, control ?? false]).toReversed();
}

/** A left half and its mirror image as one closed outline. */
export function symmetric(leftHalf: Outline): Node[] {
  return [...leftHalf, ...mirrored(leftHalf)];
}

/** sin and cos by their series: Math.sin may differ in its last bit from engine to engine. */
export function turn(angle: number): readonly [sin: number, cos: number] {
  const q = angle * angle;
  return [
    angle * (1 - (q / 6) * (1 - (q / 20) * (1 - (q / 42) * (1 - q / 72)))),
    1 - (q / 2) * (1 - (q / 12) * (1 - (q / 30) * (1 - q / 56))),
  ];
}
