// Where the rows of a filter gradient have their x: WIDTH of them, channels of one tap, at once.
const PADDED = false; // can a window reach outside the image?
const OUTSIDE = 0xffffffffu;

/** Where WIDTH rows have their x, seen from a window's corner. */
struct Row {
  down: u32,
  right: u32,
  at: u32, // in x, in Items
}

fn rowOf(index: u32) -> Row {
  let row = min(index / WIDTH, ROWS / WIDTH - 1u);
  let tap = row / (C / WIDTH);
  let down = tap / S * DILATION_H - TOP; // wraps to a huge number above the image
  let right = tap % S * DILATION_W - LEFT;
  return Row(down, right, (down * W + right) * (C / WIDTH) + row % (C / WIDTH));
}

alias Reached = u32; // an index of x, or OUTSIDE

fn reach(row: Row, place: Place) -> Reached {
  let at = place.at * (C / WIDTH) + row.at;
  return select(at, OUTSIDE, PADDED && (place.top + row.down >= H || place.left + row.right >= W));
}

fn item(at: Reached, depth: u32) -> Item {
  var v = x[at];
  if (PADDED) { v = select(v, Item(), at == OUTSIDE); }
  return v;
}
