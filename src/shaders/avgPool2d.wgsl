// y[n,p,q,c] = mean over r, s of x[n, p·STRIDE_H + r − TOP, q·STRIDE_W + s − LEFT, c], of what lies in the image, or
// with COUNT_PADDING of the whole window, zeros around the image. NHWC. One invocation computes one Value of y, a
// workgroup 64, channels fastest. R · S reads, one write.
// parts: each, poolWindow, f32
const COUNT_PADDING = false;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

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
