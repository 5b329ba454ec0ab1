// merged = order with every two neighboring runs of RUN in a row made one. An element moves on by as many elements of
// the other run as come before it, which a binary search counts. One invocation moves one element, a workgroup 64. Up to
// 2 · log₂ RUN + 4 reads, one write.
// parts: each, order
const ROWS = 1u;
const N = 2u;
const RUN = 1u;

const COUNT = ROWS * N;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> order: array<i32>;
@group(0) @binding(2) var<storage, read_write> merged: array<i32>;

fn write(i: u32) {
  let first = i / N * N; // of the row
  let at = i - first;
  let start = at / (2u * RUN) * 2u * RUN;
  let middle = min(start + RUN, N);
  let isLeft = at < middle;
  let mine = order[i];
  let myKey = key(x[first + u32(mine)]);

  let other = select(start, middle, isLeft);
  var low = other;
  var high = select(middle, min(middle + RUN, N), isLeft);
  while (low < high) {
    let probe = (low + high) / 2u;
    let theirs = key(x[first + u32(order[first + probe])]);
    // Of equal elements those of the left run come first.
    if (theirs < myKey || (theirs == myKey && !isLeft)) { low = probe + 1u; } else { high = probe; }
  }
  let own = at - select(middle, start, isLeft);
  merged[first + start + own + low - other] = mine;
}
