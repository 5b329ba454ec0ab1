// How a camera was held: a JPEG's Exif orientation, and pictures turned by it. Source: CIPA DC-008 (Exif 2.32), tag 274.
import type { Picture } from './data/resize.ts';

/** 1 to 8; 1, as it is, where the file says nothing. */
export function turnOf(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  try {
    for (let at = 2; view.getUint8(at) === 0xff;) {
      const [marker, size] = [view.getUint8(at + 1), view.getUint16(at + 2)];
      if (marker === 0xda) return 1;
      if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return inExif(view, at + 10);
      at += 2 + Math.max(2, size);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // beyond the end
  }
  return 1;
}

function inExif(view: DataView, from: number): number {
  const little = view.getUint16(from) === 0x4949;
  const directory = from + view.getUint32(from + 4, little);
  const count = view.getUint16(directory, little);
  for (let n = 0; n < count; n++) {
    const at = directory + 2 + 12 * n;
    if (view.getUint16(at, little) !== 274) continue;
    const turn = view.getUint16(at + 8, little);
    return turn >= 1 && turn <= 8 ? turn : 1;
  }
  return 1;
}

/** The picture upright: 2 mirrored, 3 turned by 180°, 4 both, 5 to 8 with rows and columns exchanged. */
export function turned(picture: Picture, turn: number): Picture {
  if (turn === 1) return picture;
  const { rgba, width, height } = picture;
  const isExchanged = turn >= 5;
  const [W, H] = isExchanged ? [height, width] : [width, height];
  const upright = new Uint8Array(4 * W * H);
  const fromRight = [2, 3, 7, 8].includes(turn);
  const fromBottom = [3, 4, 6, 7].includes(turn);
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++) {
      const [u, v] = isExchanged ? [y, x] : [x, y];
      const column = fromRight ? width - 1 - u : u;
      const row = fromBottom ? height - 1 - v : v;
      const at = 4 * (row * width + column);
      for (let c = 0; c < 4; c++) upright[4 * (y * W + x) + c] = rgba[at + c] as number;
    }
  return { rgba: upright, width: W, height: H };
}
