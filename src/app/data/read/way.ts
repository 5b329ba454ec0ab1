// How pictures of any kind become images of one: as a line of text, `32,crop,gray,skip`.
import { cited, readNumber } from '../../readNumber.ts';
import { LEAST_SIDE, MOST_SIDE } from '../dataset.ts';
import type { Fit } from '../resize.ts';

export interface PictureWay {
  /** Pixels a side; null: as they are where all have one size, else as they suit. */
  readonly side: number | null;
  readonly fit: Fit;
  /** null: as the contents are. */
  readonly channels: 1 | 3 | null;
  /** Level of margins and of what is transparent. */
  readonly ground: number;
  /** Files that cannot be used are left out, and not refused. */
  readonly skip: boolean;
}

export const USUAL_WAY: PictureWay = {
  side: null,
  fit: 'pad',
  channels: null,
  ground: 0,
  skip: false,
};

const WORDS: Readonly<Record<string, Partial<PictureWay>>> = {
  pad: { fit: 'pad' },
  crop: { fit: 'crop' },
  gray: { channels: 1 },
  color: { channels: 3 },
  black: { ground: 0 },
  white: { ground: 255 },
  skip: { skip: true },
};

/** @throws RangeError that says what is wrong */
export function readWay(line: string): PictureWay {
  const parts = line.trim().toLowerCase().split(',');
  const way: { -readonly [K in keyof PictureWay]: PictureWay[K] } = { ...USUAL_WAY };
  for (const part of parts.map((text) => text.trim()).filter((text) => text !== '')) {
    const side = readNumber(part);
    if (Object.hasOwn(WORDS, part)) Object.assign(way, WORDS[part]);
    else if (Number.isInteger(side) && side >= LEAST_SIDE && side <= MOST_SIDE) way.side = side;
    else
      throw new RangeError(
        `${cited(part)} is none of ${Object.keys(WORDS).join(', ')}, nor a whole number of pixels from ${LEAST_SIDE} to ${MOST_SIDE}.`,
      );
  }
  return way;
}

/** In its usual form; '' for the usual way. */
export function writeWay({ side, fit, channels, ground, skip }: PictureWay): string {
  return [
    ...(side === null ? [] : [String(side)]),
    ...(fit === 'crop' ? ['crop'] : []),
    ...(channels === null ? [] : [channels === 1 ? 'gray' : 'color']),
    ...(ground === 255 ? ['white'] : []),
    ...(skip ? ['skip'] : []),
  ].join();
}
