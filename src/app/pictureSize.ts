// The size of a picture from the first bytes of its file, so that a picture of gigabytes is refused before it is decoded.

export interface PictureSize {
  readonly format: 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP' | 'AVIF';
  readonly width: number;
  readonly height: number;
}

/** A larger picture is not decoded: this many take 200 MB, and every phone’s photographs keep to it. */
export const MOST_PIXELS = 50e6;

/** How much of a file is enough: what stands before the size of a JPEG is bounded by its camera alone. */
export const HEAD_BYTES = 2 ** 20;

/** undefined for what is none of these formats, or is cut off before its size. */
export function pictureSize(head: Uint8Array): PictureSize | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (at: number, count: number) => String.fromCharCode(...head.subarray(at, at + count));
  try {
    if (text(0, 8) === '\x89PNG\r\n\x1a\n')
      return { format: 'PNG', width: view.getUint32(16), height: view.getUint32(20) };
    if (/^GIF8[79]a/.test(text(0, 6)))
      return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (text(0, 2) === 'BM') return bmp(view);
    if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP') return webp(view, text(12, 4));
    if (view.getUint16(0) === 0xffd8) return jpeg(view);
    if (text(4, 4) === 'ftyp') return avif(view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // beyond the end
  }
  return undefined;
}

function bmp(view: DataView): PictureSize {
  if (view.getUint32(14, true) === 12)
    return { format: 'BMP', width: view.getUint16(18, true), height: view.getUint16(20, true) };
  const height = Math.abs(view.getInt32(22, true)); // negative: from top to bottom
  return { format: 'BMP', width: Math.abs(view.getInt32(18, true)), height };
}

function webp(view: DataView, chunk: string): PictureSize | undefined {
  const of = (width: number, height: number) => ({ format: 'WebP' as const, width, height });
  const u24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === 'VP8X') return of(u24(24) + 1, u24(27) + 1);
  if (chunk === 'VP8 ')
    return of(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  if (chunk !== 'VP8L') return undefined;
  const bits = view.getUint32(21, true);
  return of((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

/** From segment to segment up to the one that begins a frame. */
function jpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff)
      at++; // filler
    else if (marker === 0xda || marker === 0xd9) return undefined;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { format: 'JPEG', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
}

/** The largest of the sizes that the boxes 'ispe' tell: a picture of tiles has one for each. */
function avif(view: DataView): PictureSize | undefined {
  let most: PictureSize | undefined;
  for (let at = 8; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== 0x69_73_70_65) continue;
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (!most || width * height > most.width * most.height)
      most = { format: 'AVIF', width, height };
  }
  return most;
}
