// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked, for GPUs, where
// a window has few values: a first layer. The idea: no more is shared than caches share. An invocation computes 2x2
// pixels of four channels; a value of x is read by the invocations of all channels at once, and y written in whole lines.
// With POOL the 2x2 pixels are a window, and y and `which` are as in conv2dTiled. K is a multiple of 4.
// parts: conv, activated
const PADDED = true;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped

const BLOCKS_H = select((P + 1u) / 2u, P / 2u, POOL);
const BLOCKS_W = select((Q + 1u) / 2u, Q / 2u, POOL);

@group(0) @binding(0) var<storage, read> x: array<f32>;

/** x, 0 where it is padded. */
fn valueOf(n: u32, h: u32, v: u32, c: u32) -> f32 {
  let isThere = !PADDED || (h < H && v < W); // above the image h is a huge number
  return select(0.0, x[select(0u, ((n * H + h) * W + v) * C + c, isThere)], isThere);
}

fn putAt(n: u32, p: u32, q: u32, k: u32, v: vec4f) {
  if (p < P && q < Q) { put(0u, (n * P + p) * Q + q, k, v); }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  let block = i / VALUES;
  let k = i % VALUES;
  if (block >= N * BLOCKS_H * BLOCKS_W) { return; }
  let n = block / (BLOCKS_H * BLOCKS_W);
  let p = block / BLOCKS_W % BLOCKS_H * 2u;
  let q = block % BLOCKS_W * 2u;
  // Beyond the edge of y a pixel is computed over its neighbor's values, and dropped.
  let h0 = p * STRIDE_H - TOP;
  let h1 = min(p + 1u, P - 1u) * STRIDE_H - TOP;
  let v0 = q * STRIDE_W - LEFT;
  let v1 = min(q + 1u, Q - 1u) * STRIDE_W - LEFT;

  var sums = mat4x4f();
  for (var r = 0u; r < R; r++) {
    for (var s = 0u; s < S; s++) {
      for (var c = 0u; c < C; c++) {
        let tap = w[((r * S + s) * C + c) * VALUES + k];
        let down = r * DILATION_H;
        let along = s * DILATION_W;
        sums = mat4x4f(
          sums[0] + valueOf(n, h0 + down, v0 + along, c) * tap, sums[1] + valueOf(n, h0 + down, v1 + along, c) * tap,
          sums[2] + valueOf(n, h1 + down, v0 + along, c) * tap, sums[3] + valueOf(n, h1 + down, v1 + along, c) * tap);
      }
    }
  }
  let bias = biasOf(k);
  if (POOL) {
    putLargest(block, k, 0u, mat4x4f(sums[0] + bias, sums[1] + bias, sums[2] + bias, sums[3] + bias));
    return;
  }
  putAt(n, p, q, k, sums[0] + bias);
  putAt(n, p, q + 1u, k, sums[1] + bias);
  putAt(n, p + 1u, q, k, sums[2] + bias);
  putAt(n, p + 1u, q + 1u, k, sums[3] + bias);
}
