// dx of avgPool2d: every window spreads its dy evenly over the elements that it counted. One invocation computes one
// Value of dx, a workgroup 64, channels fastest. Reads dy of up to ⌈R / STRIDE_H⌉ · ⌈S / STRIDE_W⌉ windows, one write.
// parts: each, poolWindow, f32
const COUNT_PADDING = false;

@group(0) @binding(0) var<storage, read> dy: array<Value>;
@group(0) @binding(1) var<storage, read_write> dx: array<Value>;

// How many elements of a window of `taps` from `origin` lie in an image of `size`.
fn inside(origin: i32, taps: i32, size: i32) -> i32 {
  let there = overlap(origin, taps, size);
  return there.y - there.x;
}

fn write(at: u32) {
  let i = i32(at);
  let c = i % C;
  let n = i / (C * W * H);
  let rows = windows(i / (C * W) % H + TOP, R, STRIDE_H, P);
  let columns = windows(i / C % W + LEFT, S, STRIDE_W, Q);

  var sum = Value();
  for (var p = rows.x; p < rows.y; p++) {
    for (var q = columns.x; q < columns.y; q++) {
      let counted = inside(p * STRIDE_H - TOP, R, H) * inside(q * STRIDE_W - LEFT, S, W);
      sum += dy[((n * P + p) * Q + q) * C + c] / f32(select(counted, R * S, COUNT_PADDING));
    }
  }
  dx[i] = sum;
}
