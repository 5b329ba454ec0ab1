// Images as PNG data addresses: one IDAT, 8 bits, no filter (W3C PNG, sections 5 and 11).

import { zlibSync } from 'fflate';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** PNG's color types. */
const [GRAY, RGB] = [0, 2];

/** PNG file of an 8-bit image, row-major [height, width, channels]: 3 channels where there are so many values, else 1. */
export function encodePng(pixels: ArrayLike<number>, width: number, height: number): Uint8Array {
  const C = pixels.length === 3 * width * height ? 3 : 1;
  if (pixels.length !== C * width * height)
    throw new RangeError(`encodePng: ${pixels.length} pixels for ${width}x${height}`);
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  header.setUint8(9, C === 3 ? RGB : GRAY);
  // Each row starts with its filter type, 0.
  const line = C * width;
  const rows = new Uint8Array((line + 1) * height);
  for (let i = 0; i < pixels.length; i++)
    rows[Math.floor(i / line) * (line + 1) + 1 + (i % line)] = pixels[i] ?? 0;
  const parts = [
    SIGNATURE,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** data:image/png;base64,… of an 8-bit image, see `encodePng`. */
export function pngAddress(pixels: ArrayLike<number>, width: number, height: number): string {
  const file = encodePng(pixels, width, height);
  return `data:image/png;base64,${btoa(Array.from(file, (byte) => String.fromCharCode(byte)).join(''))}`;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** CRC-32 of ISO 3309, as PNG wants it, bit by bit: the images are small. */
function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
