// Numbers as color: ink for what cannot be negative, two hues where there is a sign; strength by opacity,
// so that zero is the page itself, light or dark.
import { useEffect, useState } from 'preact/hooks';
import { type Shape, isImage } from '../../inside/stage.ts';

type Rgb = readonly [red: number, green: number, blue: number];

export interface Inks {
  readonly ink: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

/** One scale for all values of a layer, so that its maps can be compared. */
export interface Scale {
  /** The largest distance from zero. */
  readonly most: number;
  readonly signed: boolean;
}

export function scaleOf(values: ArrayLike<number>): Scale {
  let most = 0;
  let signed = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    most = Math.max(most, Math.abs(value));
    signed ||= value < 0;
  }
  return { most, signed };
}

/** Values laid out in rows: a channel of an image, or a vector folded. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** The index into the values; undefined after a vector's end. */
  readonly at: (row: number, column: number) => number | undefined;
}

export function gridOf(shape: Shape, channel = 0): Grid {
  if (isImage(shape)) {
    const [rows = 1, columns = 1, channels = 1] = shape;
    return { rows, columns, at: (row, column) => (row * columns + column) * channels + channel };
  }
  const size = shape[0] ?? 1;
  const columns = size <= 16 ? size : Math.ceil(Math.sqrt(2 * size) / 8) * 8;
  return {
    rows: Math.ceil(size / columns),
    columns,
    at: (row, column) => {
      const index = row * columns + column;
      return index < size ? index : undefined;
    },
  };
}

/** Draws a grid at (left, top) of a picture, a pixel a value. */
export function paint(
  picture: ImageData,
  { rows, columns, at }: Grid,
  values: ArrayLike<number>,
  { most, signed }: Scale,
  { ink, positive, negative }: Inks,
  [left, top]: readonly [number, number] = [0, 0],
): void {
  const strength = most > 0 ? 255 / most : 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const index = at(row, column);
      if (index === undefined) continue;
      const value = values[index] as number;
      const hue = signed ? (value < 0 ? negative : positive) : ink;
      const pixel = 4 * ((top + row) * picture.width + left + column);
      picture.data.set(hue, pixel);
      picture.data[pixel + 3] = Math.abs(value) * strength;
    }
}

const INKS = ['--ink', '--accent', '--negative'] as const;

function inksNow(): Inks {
  const style = getComputedStyle(document.documentElement);
  const [ink, positive, negative] = INKS.map((name) => {
    const code = Number.parseInt(style.getPropertyValue(name).trim().slice(1), 16);
    return [code >> 16, (code >> 8) & 255, code & 255] as const;
  }) as [Rgb, Rgb, Rgb];
  return { ink, positive, negative };
}

/** The page's colors as numbers, new when it turns dark or light. */
export function useInks(): Inks {
  const [inks, setInks] = useState(inksNow);
  useEffect(() => {
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setInks(inksNow());
    scheme.addEventListener('change', follow);
    return () => scheme.removeEventListener('change', follow);
  }, []);
  return inks;
}
