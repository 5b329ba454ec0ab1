// Numbers of any kind as bytes of images.
import { DataError } from '../dataset.ts';

export interface Levels {
  readonly bytes: Uint8Array;
  /** What was done to them; '' for nothing. */
  readonly note: string;
}

/**
 * Values as levels from 0 to 255: whole numbers as they are, fractions from 0 to 1 times 255, other fractions rounded.
 * @param where the place of a value, for those who mend it
 * @throws DataError on a value that is no level
 */
export function levelsOf(values: ArrayLike<number>, where: (index: number) => string): Levels {
  if (values instanceof Uint8Array && !isBinary(values)) return { bytes: values, note: '' };
  let [most, isWhole] = [0, true];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value <= 255))
      throw new DataError(where(i), `the value ${value} is no level from 0 to 255`);
    most = Math.max(most, value);
    isWhole &&= Number.isInteger(value);
  }
  const scale = most <= 1 && most > 0 ? 255 : 1;
  const bytes = Uint8Array.from(values, (value) => Math.round(value * scale));
  if (scale === 255)
    return { bytes, note: 'Pixel values went from 0 to 1 and were multiplied by 255.' };
  return { bytes, note: isWhole ? '' : 'Pixel values were rounded to whole levels from 0 to 255.' };
}

/** 0 and 1 alone: black and white. */
const isBinary = (values: Uint8Array) =>
  values.some((value) => value === 1) && values.every((value) => value <= 1);
