// The rows of a forward convolution are its output pixels, image after image. A turn is a tap (r, s) of the filter: a pixel
// reaches x there, or lies OUTSIDE. With POOL four pixels in a row are a 2x2 window; a last odd row or column is dropped.
// Of x WIDTH channels are an Item of the kernel.
const PADDED = false; // can a window reach outside the image?
const POOL = false;
const ROWS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const DEPTH = C / WIDTH;
const COLUMN_SUMS = false;
const OUTSIDE = 0xffffffffu;

alias Turn = u32; // a tap
alias Place = u32; // it, too
alias Reached = u32; // an index of x, or OUTSIDE

struct Row {
  image: u32, // its first row
  top: u32, // the window's corner, counted from the padding's
  left: u32,
}

fn rowOf(index: u32) -> Row {
  let pixel = min(index, ROWS - 1u);
  var image = pixel / (P * Q);
  var p = pixel / Q % P;
  var q = pixel % Q;
  if (POOL) {
    let window = pixel / 4u;
    image = window / (WINDOWS_H * WINDOWS_W);
    p = window / WINDOWS_W % WINDOWS_H * 2u + pixel / 2u % 2u;
    q = window % WINDOWS_W * 2u + pixel % 2u;
  }
  return Row(image * H, p * STRIDE_H, q * STRIDE_W);
}

fn placeOf(turn: Turn) -> Place { return turn; }
fn begin(first: u32, split: u32, lane: u32) -> Turn { return 0u; }
fn isOver(turn: Turn) -> bool { return turn >= R * S; }
fn next(first: u32, turn: Turn) -> Turn { return turn + 1u; }

fn reach(row: Row, tap: Place) -> Reached {
  let h = row.top + tap / S * DILATION_H - TOP; // wraps to a huge number above the image
  let v = row.left + tap % S * DILATION_W - LEFT;
  let at = ((row.image + h) * W + v) * DEPTH;
  return select(at, OUTSIDE, PADDED && (h >= H || v >= W));
}
