// y[n,p,q,c] = max over r, s of x[n, p·STRIDE_H + r − TOP, q·STRIDE_W + s − LEFT, c], of what lies in the image; with
// RELU then max(0, ·). NHWC. One invocation computes one Value of y, a workgroup 64, channels fastest. R · S reads,
// one write.
// parts: each, poolWindow, f32, nan
const PADDED = false; // may windows reach over the edge?
const RELU = false;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

fn inside(origin: i32, taps: i32, size: i32) -> vec2i {
  if (!PADDED) { return vec2i(0, taps); }
  return overlap(origin, taps, size);
}

fn write(at: u32) {
  let i = i32(at);
  let top = i / (C * Q) % P * STRIDE_H - TOP;
  let left = i / C % Q * STRIDE_W - LEFT;
  let corner = ((i / (C * Q * P) * H + top) * W + left) * C + i % C;
  let rows = inside(top, R, H);
  let columns = inside(left, S, W);

  var best = x[corner + (rows.x * W + columns.x) * C];
  for (var r = rows.x; r < rows.y; r++) {
    for (var s = columns.x; s < columns.y; s++) {
      best = larger(best, x[corner + (r * W + s) * C]);
    }
  }
  if (RELU) { best = rectified(best); }
  y[i] = best;
}
