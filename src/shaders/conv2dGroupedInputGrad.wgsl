// dx of conv2dGrouped: dx[n,h,v,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k] over the outputs k of the group of c, where
// p · stride + r · dilation − top = h, q alike. One invocation computes one Value of dx, a workgroup 64, channels fastest.
// R · S · OUTPUTS reads of dy and of w at most, one write. A Value is four channels where each output has its own.
// parts: each, convInGroups, f32

const COUNT = u32(N * H * W * C);

@group(0) @binding(0) var<storage, read> dy: array<Value>;
@group(0) @binding(1) var<storage, read> w: array<Value>;
@group(0) @binding(2) var<storage, read_write> dx: array<Value>;

// The window that has position `at` of the padded image under this tap, −1 if none has.
fn window(at: i32, stride: i32, count: i32) -> i32 {
  let isThere = at >= 0 && at % stride == 0 && at / stride < count;
  return select(-1, at / stride, isThere);
}

fn write(at: u32) {
  let i = i32(at);
  let c = i % C;
  let n = i / (C * W * H);
  let below = i / (C * W) % H + TOP;
  let beside = i / C % W + LEFT;
  let first = c / CHANNELS * OUTPUTS;

  var sum = Value();
  for (var r = 0i; r < R; r++) {
    let p = window(below - r * DILATION_H, STRIDE_H, P);
    if (p < 0) { continue; }
    for (var s = 0i; s < S; s++) {
      let q = window(beside - s * DILATION_W, STRIDE_W, Q);
      if (q < 0) { continue; }
      let pixel = ((n * P + p) * Q + q) * K + first;
      let tap = ((r * S + s) * CHANNELS + c % CHANNELS) * K + first;
      for (var k = 0i; k < OUTPUTS; k++) {
        sum += dy[pixel + k] * w[tap + k];
      }
    }
  }
  dx[i] = sum;
}
