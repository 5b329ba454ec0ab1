// y[n,p,q,c] = mean over r, s of x[n, p·STRIDE_H + r − TOP, q·STRIDE_W + s − LEFT, c], of what lies in the image, or
// with COUNT_PADDING of the whole window, zeros around the image. NHWC. One invocation computes one Value of y, a
// workgroup 64, channels fastest. R · S reads, one write.
// parts: each, f32
const VALUES = 1i; // in y
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

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

// The part of a window of `taps` from `origin` that lies in an image of `size`: first tap, and the one behind the last.
fn overlap(origin: i32, taps: i32, size: i32) -> vec2i {
  return vec2i(max(0, -origin), min(taps, size - origin));
}

fn write(at: u32) {
  let i = i32(at);
  let top = i / (C * Q) % P * STRIDE_H - TOP;
  let left = i / C % Q * STRIDE_W - LEFT;
  let corner = ((i / (C * Q * P) * H + top) * W + left) * C + i % C;
  let rows = overlap(top, R, H);
  let columns = overlap(left, S, W);

  var sum = Value();
  for (var r = rows.x; r < rows.y; r++) {
    for (var s = columns.x; s < columns.y; s++) {
      sum += x[corner + (r * W + s) * C];
    }
  }
  let inside = (rows.y - rows.x) * (columns.y - columns.x);
  y[i] = sum / f32(select(inside, R * S, COUNT_PADDING));
}
