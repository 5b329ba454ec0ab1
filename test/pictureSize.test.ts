// The size of a picture from the head of its file; nothing that is cut off or made up throws.
import { expect, test } from 'vitest';
import { pictureSize } from '../src/app/pictureSize.ts';

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [...part],
    ),
  );
const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const u32le = (value: number) => u32(value).toReversed();
const u16le = (value: number) => [value & 255, value >> 8];
const zeros = (count: number) => Array.from({ length: count }, () => 0);

const files: readonly (readonly [string, Uint8Array])[] = [
  ['PNG', bytes('\x89PNG\r\n\x1a\n', u32(13), 'IHDR', u32(20_000), u32(300))],
  ['GIF', bytes('GIF89a', u16le(20_000), u16le(300))],
  ['BMP', bytes('BM', zeros(12), u32le(40), u32le(20_000), u32le(-300))],
  [
    'JPEG',
    bytes(
      ...[[0xff, 0xd8], [0xff, 0xe1, 0x01, 0x00], zeros(254), [0xff, 0xff, 0xc2, 0, 17, 8]],
      ...[
        [300 >> 8, 300 & 255],
        [20_000 >> 8, 20_000 & 255],
      ],
    ),
  ],
  [
    'WebP',
    bytes('RIFF', zeros(4), 'WEBPVP8X', zeros(8), [0x1f, 0x4e, 0], [0x2b, 0x01, 0]), // less one
  ],
  [
    'WebP',
    bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(10), u16le(20_000 - 16_384 + 16_384), u16le(300)),
  ],
  ['AVIF', bytes(u32(28), 'ftypavif', zeros(40), u32(20), 'ispe', u32(0), u32(20_000), u32(300))],
];

test.each(files)('%s tells its size', (format, file) => {
  const size = pictureSize(file);
  expect(size?.format).toBe(format);
  expect(size?.height).toBe(300);
  // A lossy WebP has 14 bits for a side.
  expect(size?.width).toBe(format === 'WebP' && file[15] === 32 ? 20_000 & 0x3fff : 20_000);
  for (let length = 0; length < file.length; length++)
    expect(() => pictureSize(file.slice(0, length))).not.toThrow();
});

test.each([
  '',
  'x',
  'hello world, this is no picture',
  '<svg/>',
  '\xff\xd8\xff\xd9',
  '\xff\xd8\xff\xe0\0\0',
])('another file has none: %j', (text) => {
  expect(pictureSize(bytes(text))).toBeUndefined();
});
