// The rows of an input gradient are the pixels of dx, image last: so a block shares its place in the image when N is a multiple
// of it, and taps that miss dy are skipped as a whole (of 3x3 over 5x5 pixels, 64 % are). A turn is a tap (r, s) of the filter:
// through it a pixel reaches one of dy, or lies OUTSIDE. With POOL dy and `which` are of the pooled image, and a pixel of dy is
// what the pool's gradient would have put there: 0 but where the maximum of its window was. Of dy WIDTH channels are an Item.
const POOL = false;
const ROWS = N * H * W;
const DEPTH = K / WIDTH;
const LARGEST = false;
const COLUMN_SUMS = false;
const ROWS_Y = select(P, 2u * WINDOWS_H, POOL); // of dy, as far as it is not 0
const COLUMNS_Y = select(Q, 2u * WINDOWS_W, POOL);
const IN_STEP = N % BLOCK == 0u; // a block's pixels reach dy together
const OUTSIDE = 0xffffffffu;

alias Turn = u32; // a tap
alias Place = u32; // it, too

struct Row {
  n: u32,
  bottom: u32, // h + top and w + left of the pixel
  right: u32,
}

struct Reached {
  at: u32, // an index of dy, or OUTSIDE
  number: u32, // of the pixel in its window
}

/** Row (or column) of dy that reaches `at` = h + top − r·dilation; huge when none does. */
fn source(at: u32, stride: u32) -> u32 {
  var row = at;
  if (stride != 1u) { row = select(OUTSIDE, at / stride, at % stride == 0u); }
  return row;
}

/** The pixel of dy that a row reaches through a tap. */
fn sourceOf(row: Row, tap: Turn) -> vec2u {
  let p = source(row.bottom - tap / S * DILATION_H, STRIDE_H); // wraps to a huge number above the first row
  let q = source(row.right - tap % S * DILATION_W, STRIDE_W);
  return vec2u(p, q);
}

fn rowOf(index: u32) -> Row {
  let pixel = min(index, ROWS - 1u);
  return Row(pixel % N, pixel / N / W + TOP, pixel / N % W + LEFT);
}

/** The first tap from `start` on through which the block's place is reached; R · S after the last. */
fn reaching(first: u32, start: Turn) -> Turn {
  var tap = start;
  for (; IN_STEP && tap < R * S; tap++) {
    let there = sourceOf(rowOf(first), tap);
    if (there.x < ROWS_Y && there.y < COLUMNS_Y) { break; }
  }
  return tap;
}

fn placeOf(turn: Turn) -> Place { return turn; }
fn begin(first: u32, split: u32, lane: u32) -> Turn { return reaching(first, 0u); }
fn isOver(turn: Turn) -> bool { return turn >= R * S; }
fn next(first: u32, turn: Turn) -> Turn { return reaching(first, turn + 1u); }

fn reach(row: Row, tap: Place) -> Reached {
  let there = sourceOf(row, tap);
  let p = select(there.x, there.x / 2u, POOL) + row.n * select(P, WINDOWS_H, POOL);
  let at = (p * select(Q, WINDOWS_W, POOL) + select(there.y, there.y / 2u, POOL)) * DEPTH;
  let inside = IN_STEP || (there.x < ROWS_Y && there.y < COLUMNS_Y);
  return Reached(select(OUTSIDE, at, inside), there.x % 2u * 2u + there.y % 2u);
}

fn isThere(reached: Reached) -> bool { return IN_STEP || reached.at != OUTSIDE; }

fn putLargest(window: u32, k: u32, lane: u32, v: mat4x4f) {}
