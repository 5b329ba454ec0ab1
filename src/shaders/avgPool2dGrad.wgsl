// dx of avgPool2d: every window spreads its dy evenly over the elements that it counted. One invocation computes one
// Value of dx, a workgroup 64, channels fastest. Reads dy of up to ⌈R / STRIDE_H⌉ · ⌈S / STRIDE_W⌉ windows, one write.
// parts: each, f32
const VALUES = 1i; // in dx
const H = 1i;
const W = 1i;
const C = 1i; // in Values
const P = 1i;
const Q = 1i;
const R = 1i;
const S = 1i;
const STRIDE_H = 1i;
const STRIDE_W = 1i;
const TOP = 0i;
const LEFT = 0i;
const COUNT_PADDING = false;

const COUNT = u32(VALUES);

@group(0) @binding(0) var<storage, read> dy: array<Value>;
@group(0) @binding(1) var<storage, read_write> dx: array<Value>;

// The windows of `taps` that hold position `at` of the padded image: the first, and the one behind the last.
fn windows(at: i32, taps: i32, stride: i32, count: i32) -> vec2i {
  return vec2i(max(0, at - taps + stride) / stride, min(count, at / stride + 1));
}

// How many elements of a window of `taps` from `origin` lie in an image of `size`.
fn inside(origin: i32, taps: i32, size: i32) -> i32 {
  return min(taps, size - origin) - max(0, -origin);
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
