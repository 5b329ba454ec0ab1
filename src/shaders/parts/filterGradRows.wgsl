// The rows of a filter gradient are those of the filter, one r, s, c each; a turn is TOGETHER output pixels, or of them the one
// that is this lane's.
// parts: splits
const DEPTH = 1u;
const LARGEST = false;
const COLUMN_SUMS = true;
// A lane goes from cell to cell: from one window to the next, or to its next pixel.
const CELLS_H = select(P, WINDOWS_H, POOL);
const CELLS_W = select(Q, WINDOWS_W, POOL);
const STEP = TOGETHER / select(1u, 4u, POOL);

@group(0) @binding(1) var<storage, read> dy: array<Value>;
@group(0) @binding(3) var<storage, read_write> dw: array<Value>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<Value>; // [SPLIT, K]

struct Turn {
  pixel: u32,
  end: u32,
  lane: u32,
  image: u32, // of the lane's cell
  down: u32,
  across: u32,
}

fn begin(first: u32, split: u32, lane: u32) -> Turn {
  let cell = split * SHARE / select(1u, 4u, POOL) + select(lane, 0u, POOL);
  let end = min((split + 1u) * SHARE, PIXELS);
  return Turn(split * SHARE, end, lane, cell / (CELLS_W * CELLS_H), cell / CELLS_W % CELLS_H, cell % CELLS_W);
}

fn isOver(turn: Turn) -> bool { return turn.pixel >= turn.end; }

/** Counted up without divisions. */
fn next(first: u32, turn: Turn) -> Turn {
  let across = turn.across + STEP % CELLS_W;
  let down = turn.down + STEP / CELLS_W % CELLS_H + select(0u, 1u, across >= CELLS_W);
  let image = turn.image + STEP / (CELLS_W * CELLS_H) + select(0u, 1u, down >= CELLS_H);
  return Turn(
    turn.pixel + TOGETHER, turn.end, turn.lane, image,
    down - select(0u, CELLS_H, down >= CELLS_H), across - select(0u, CELLS_W, across >= CELLS_W));
}

/** The window of the lane's pixel: its corner, counted from the padding's, and that pixel of x. */
struct Place {
  top: u32,
  left: u32,
  at: u32,
}

fn placeOf(turn: Turn) -> Place {
  let top = select(turn.down, 2u * turn.down + turn.lane / 2u, POOL) * STRIDE_H;
  let left = select(turn.across, 2u * turn.across + turn.lane % 2u, POOL) * STRIDE_W;
  return Place(top, left, (min(turn.image, N - 1u) * H + top) * W + left);
}

fn put(split: u32, row: u32, k: u32, v: Value) {
  dw[(split * ROWS + row) * VALUES + k] = v;
}

fn putLargest(window: u32, k: u32, lane: u32, v: mat4x4f) {}
