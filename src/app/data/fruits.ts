// Ten kinds of fruit in color, 32 x 32 pixels, for the second set that the project draws itself. Some differ in form
// alone, some in color alone. Only + - * / and square roots of doubles, so every platform draws the same bytes.
import { turn } from './garments/raster.ts';
import type { Random } from './random.ts';

export const FRUITS = [
  'Tomato',
  'Orange',
  'Lemon',
  'Lime',
  'Plum',
  'Banana',
  'Cherries',
  'Grapes',
  'Strawberry',
  'Melon slice',
] as const;

/** Height and width. */
export const FRUIT_SIDE = 32;

type Color = readonly [red: number, green: number, blue: number];
/** How far a point lies outside of a form, about; below 0 it is inside. The drawing goes from -1 to 1, x right, y down. */
type Form = (x: number, y: number) => number;
interface Layer {
  readonly form: Form;
  readonly color: Color;
}

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);

const ellipse =
  (cx: number, cy: number, rx: number, ry = rx): Form =>
  (x, y) =>
    (length((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);
const without =
  (form: Form, other: Form): Form =>
  (x, y) =>
    Math.max(form(x, y), -other(x, y));
const either =
  (...forms: readonly Form[]): Form =>
  (x, y) =>
    Math.min(...forms.map((form) => form(x, y)));
/** What lies below a height. */
const below =
  (form: Form, top: number): Form =>
  (x, y) =>
    Math.max(form(x, y), top - y);
/** A line from (ax, ay) to (bx, by), so thick. */
const line =
  (ax: number, ay: number, bx: number, by: number, thick: number): Form =>
  (x, y) => {
    const [dx, dy] = [bx - ax, by - ay];
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    return length(x - ax - t * dx, y - ay - t * dy) - thick;
  };
/** An ellipse with a tip at each end. */
const pointed = (): Form => either(ellipse(0, 0, 0.72, 0.5), line(-0.8, 0, 0.8, 0, 0.1));

const [GREEN, BROWN, DARK] = [
  [58, 122, 48],
  [104, 72, 40],
  [46, 30, 24],
] as const;
const leaf: Layer = {
  form: either(line(0, -0.62, -0.34, -0.72, 0.09), line(0, -0.62, 0.34, -0.72, 0.09)),
  color: GREEN,
};
const stem: Layer = { form: line(0, -0.6, 0.08, -0.88, 0.05), color: BROWN };
const dots = (places: readonly (readonly [number, number])[], size: number): Form =>
  either(...places.map(([x, y]) => ellipse(x, y, size)));

const BERRIES = [
  ...[-0.45, 0, 0.45].map((x) => [x, -0.3] as const),
  ...[-0.22, 0.22].map((x) => [x, 0.1] as const),
  [0, 0.5] as const,
];
const SEEDS = [
  ...[-0.3, 0, 0.3].map((x) => [x, -0.15] as const),
  ...[-0.15, 0.15].map((x) => [x, 0.2] as const),
];

/** By label, see FRUITS. */
const DRAWINGS: readonly (readonly Layer[])[] = [
  [{ form: ellipse(0, 0, 0.72, 0.64), color: [206, 44, 32] }, leaf],
  [{ form: ellipse(0, 0, 0.7), color: [238, 134, 28] }, stem],
  [{ form: pointed(), color: [242, 214, 58] }],
  [{ form: pointed(), color: [118, 176, 56] }],
  [{ form: ellipse(0, 0, 0.56, 0.68), color: [104, 44, 110] }, stem],
  [
    {
      form: without(ellipse(0, -0.1, 0.85, 0.75), ellipse(0, -0.45, 0.95, 0.72)),
      color: [240, 206, 62],
    },
  ],
  [
    { form: either(line(-0.38, 0.3, 0.1, -0.8, 0.04), line(0.42, 0.3, 0.1, -0.8, 0.04)), color: GREEN }, // prettier-ignore
    { form: either(ellipse(-0.38, 0.36, 0.36), ellipse(0.42, 0.36, 0.36)), color: [188, 28, 44] },
  ],
  [stem, { form: dots(BERRIES, 0.3), color: [112, 58, 128] }],
  [
    {
      form: either(ellipse(0, -0.2, 0.62, 0.46), line(0, 0, 0, 0.5, 0.3), ellipse(0, 0.1, 0.5)),
      color: [214, 40, 52],
    },
    { form: dots(SEEDS, 0.06), color: [244, 214, 128] },
    leaf,
  ],
  [
    { form: below(ellipse(0, -0.4, 0.9), -0.3), color: [66, 138, 62] },
    { form: below(ellipse(0, -0.4, 0.76), -0.3), color: [226, 70, 74] },
    { form: dots([[-0.4, -0.1], [0, 0.05], [0.4, -0.1]], 0.06), color: DARK }, // prettier-ignore
  ],
];

/** Draws one fruit of the class into 32 x 32 x 3 bytes at `offset`. */
export function drawFruit(label: number, random: Random, target: Uint8Array, offset: number): void {
  const layers = DRAWINGS[label];
  if (!layers) throw new RangeError(`drawFruit: label ${label} is outside 0..${FRUITS.length - 1}`);
  const [sin, cos] = turn(random.normal(0, 0.35));
  const scale = random.uniform(0.62, 0.92);
  const squeeze = random.uniform(0.88, 1.12);
  const [cx, cy] = [random.normal(0, 0.09), random.normal(0, 0.09)];
  const tint = [0, 1, 2].map(() => random.normal(1, 0.08));
  const ground = [0, 1, 2].map(() => random.uniform(40, 235));
  const slope = [random.normal(0, 18), random.normal(0, 18)] as const;
  const [exposure, grain] = [random.uniform(0.75, 1.15), random.uniform(1, 9)];
  for (let i = 0; i < FRUIT_SIDE * FRUIT_SIDE; i++) {
    const u = (((i % FRUIT_SIDE) + 0.5) / FRUIT_SIDE) * 2 - 1;
    const v = ((Math.floor(i / FRUIT_SIDE) + 0.5) / FRUIT_SIDE) * 2 - 1;
    const [dx, dy] = [(u - cx) / scale, (v - cy) / scale];
    const [x, y] = [(dx * cos + dy * sin) * squeeze, dy * cos - dx * sin];
    const color = ground.map((level) => level + slope[0] * u + slope[1] * v);
    // Light comes from the upper left.
    const light = 1.08 - 0.26 * (dx + dy);
    for (const { form, color: paint } of layers) {
      const cover = Math.min(1, Math.max(0, 0.5 - (form(x, y) * scale * FRUIT_SIDE) / 2));
      for (let c = 0; cover > 0 && c < 3; c++)
        color[c] = color[c]! * (1 - cover) + cover * paint[c]! * tint[c]! * light;
    }
    for (let c = 0; c < 3; c++) {
      const level = Math.round(color[c]! * exposure + random.normal(0, grain));
      target[offset + 3 * i + c] = Math.min(255, Math.max(0, level));
    }
  }
}
