// A convolution in GROUPS: y[n,p,q,k] = Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, first + c] · w[r,s,c,k], where the
// group of k has the channels from `first` on. For groups of few channels, a depthwise convolution among them, that give
// tiles too little to share. One invocation computes one Value of y, a workgroup 64, outputs fastest. R · S · CHANNELS
// reads of x and of w, one write. A Value is four channels where each output has a channel of its own.
// parts: each, convInGroups, f32

const COUNT = u32(N * P * Q * K);

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read> w: array<Value>;
@group(0) @binding(2) var<storage, read_write> y: array<Value>;

fn write(at: u32) {
  let i = i32(at);
  let k = i % K;
  let n = i / (K * Q * P);
  let top = i / (K * Q) % P * STRIDE_H - TOP;
  let left = i / K % Q * STRIDE_W - LEFT;
  let first = k / OUTPUTS * CHANNELS;

  var sum = Value();
  for (var r = 0i; r < R; r++) {
    let h = top + r * DILATION_H;
    if (h < 0 || h >= H) { continue; }
    for (var s = 0i; s < S; s++) {
      let v = left + s * DILATION_W;
      if (v < 0 || v >= W) { continue; }
      let pixel = ((n * H + h) * W + v) * C + first;
      let tap = (r * S + s) * CHANNELS * K + k;
      for (var c = 0i; c < CHANNELS; c++) {
        sum += x[pixel + c] * w[tap + c * K];
      }
    }
  }
  y[i] = sum;
}
