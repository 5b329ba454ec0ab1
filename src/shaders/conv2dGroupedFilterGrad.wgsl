// dw of conv2dGrouped, in SPLIT partial sums: dw[split,r,s,c,k] = Σ x[n, p·stride + r·dilation − top, …, first + c] ·
// dy[n,p,q,k] over SHARE of the N · P rows of dy, where the group of k has the channels from `first` on. One invocation
// computes one Value of a partial sum, a workgroup 64, outputs fastest. SHARE · Q reads of x and of dy, one write.
// A Value is four channels where each output has a channel of its own.
// parts: each, convInGroups, f32
const SPLIT = 1i;
const SHARE = 1i;

const COUNT = u32(SPLIT * R * S * CHANNELS * K);

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read> dy: array<Value>;
@group(0) @binding(2) var<storage, read_write> dw: array<Value>;

fn write(at: u32) {
  let i = i32(at);
  let k = i % K;
  let channel = k / OUTPUTS * CHANNELS + i / K % CHANNELS;
  let left = i / (K * CHANNELS) % S * DILATION_W - LEFT;
  let top = i / (K * CHANNELS * S) % R * DILATION_H - TOP;
  let share = i / (K * CHANNELS * S * R) * SHARE;

  var sum = Value();
  for (var row = share; row < min(share + SHARE, N * P); row++) {
    let h = row % P * STRIDE_H + top;
    if (h < 0 || h >= H) { continue; }
    let line = (row / P * H + h) * W;
    for (var q = 0i; q < Q; q++) {
      let v = q * STRIDE_W + left;
      if (v < 0 || v >= W) { continue; }
      sum += x[(line + v) * C + channel] * dy[(row * Q + q) * K + k];
    }
  }
  dw[i] = sum;
}
