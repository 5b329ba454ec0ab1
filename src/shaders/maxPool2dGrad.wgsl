// dx of maxPool2d where windows may overlap. One invocation computes one Value of dx: of every window that holds it
// and whose maximum it equals it takes the dy, unless an earlier element of the window, row by row, equals it too; with
// RELU nothing where the maximum is not above 0. A workgroup is 64 of them, channels fastest. Reads x, then y and dy of
// up to ⌈R / STRIDE_H⌉ · ⌈S / STRIDE_W⌉ windows, and the earlier elements of those it is the maximum of.
// parts: each, poolWindow, f32, nan
const RELU = false;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read> y: array<Value>;
@group(0) @binding(2) var<storage, read> dy: array<Value>;
@group(0) @binding(3) var<storage, read_write> dx: array<Value>;

fn write(at: u32) {
  let i = i32(at);
  let c = i % C;
  let w = i / C % W;
  let h = i / (C * W) % H;
  let n = i / (C * W * H);
  let value = x[i];
  let rows = windows(h + TOP, R, STRIDE_H, P);
  let columns = windows(w + LEFT, S, STRIDE_W, Q);

  var sum = Value();
  for (var p = rows.x; p < rows.y; p++) {
    for (var q = columns.x; q < columns.y; q++) {
      let o = ((n * P + p) * Q + q) * C + c;
      var first = rank(y[o]) == rank(value);
      if (RELU) { first = first & passes(value); }
      if (any(first)) {
        let left = max(0, q * STRIDE_W - LEFT);
        let right = min(W, q * STRIDE_W - LEFT + S);
        for (var e = max(0, p * STRIDE_H - TOP); e <= h; e++) {
          let end = select(right, w, e == h);
          for (var f = left; f < end; f++) {
            first = first & (rank(x[((n * H + e) * W + f) * C + c]) != rank(value));
          }
        }
        sum += select(Value(), dy[o], first);
      }
    }
  }
  dx[i] = sum;
}
