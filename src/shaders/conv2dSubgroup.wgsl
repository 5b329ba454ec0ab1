// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: a subgroup computes 32 pixels × (4 · LANES) channels without workgroup memory. Its lanes span the
// channels, a vec4 each; for every input channel a lane loads the weights of its own outputs and x of every LANES-th
// pixel, and the pixels are passed around: to every quad, then inside it. So a lane makes 1 vec4 and 32/LANES f32 loads for
// 32 vec4 multiply-adds. One workgroup is one subgroup. K is a multiple of 4.
// One channel a turn, although two share their accumulators' way to memory and back: that loop has 2,900 instructions on
// lavapipe, presumably more than the processor keeps decoded, and runs at 3.0 a cycle; this one has 1,660 and runs at 4.2, in all 1.2
// times as fast on 3x3 32→64 (Zen 3, 26 November 2026).
// The loop that stores has no constant end: unrolled, it would let lavapipe make each of `a` a variable of three loops,
// copied at every turn. That, and quadBroadcast for subgroupBroadcast, made it 1.47 times as fast (lavapipe, November 2026).
// With POOL four pixels in a row are a 2x2 window: y is the pooled image, and `which` says for each of a value's
// four channels where in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU).
// parts: conv, nan, random, vec4f, window2x2
enable subgroups;

const PADDED = false; // can a window reach outside the image?
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped
const DROP = false; // then dropout, as dropout.wgsl: keeps what draws at least THRESHOLD, times SCALE
const STREAM = 0u;
const THRESHOLD = 0u;
const SCALE = 1f;
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const VALUES = K / 4u;
const BLOCK = 32u; // pixels a subgroup computes
const LOADS = BLOCK / LANES; // of x, per lane and input channel

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL
@group(0) @binding(5) var<storage, read> state: array<u32>; // seed, step; used with DROP

/** Of a pixel: the first row of its image, and its window's corner counted from the padding's. */
fn corner(index: u32) -> vec3u {
  let pixel = min(index, PIXELS - 1u);
  if (POOL) {
    let window = pixel / 4u;
    let p = window / WINDOWS_W % WINDOWS_H * 2u + pixel / 2u % 2u;
    let q = window % WINDOWS_W * 2u + pixel % 2u;
    return vec3u(window / (WINDOWS_H * WINDOWS_W) * H, p * STRIDE_H, q * STRIDE_W);
  }
  return vec3u(pixel / (P * Q) * H, pixel / Q % P * STRIDE_H, pixel % Q * STRIDE_W);
}

/** A value of y, the nth: ReLU and dropout if asked. */
fn finished(v: vec4f, n: u32) -> vec4f {
  var value = select(v, rectified(v), RELU);
  if (DROP) {
    let kept = pcg4d(vec4u(n, STREAM, state[1], state[0])) >= vec4u(THRESHOLD);
    value = select(vec4f(), SCALE * value, kept);
  }
  return value;
}

fn storePooled(window: u32, k: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let largest = largestOf(a, b, c, d, vec4u(0u, 1u, 2u, 3u));
  y[window * VALUES + k] = largest.value;
  which[window * VALUES + k] = largest.which;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);

  var image: array<u32, LOADS>; // first row of the image that each of this lane's pixels lies in
  var top: array<u32, LOADS>; // window corner, counted from the padding's
  var left: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let at = corner(first + i * LANES + lane);
    image[i] = at.x;
    top[i] = at.y;
    left[i] = at.z;
  }

  var a: array<vec4f, BLOCK>;
  var start = vec4f();
  if (BIAS) { start = b[k]; }
  for (var i = 0u; i < BLOCK; i++) { a[i] = start; }

  for (var r = 0u; r < R; r++) {
    for (var s = 0u; s < S; s++) {
      var at: array<u32, LOADS>;
      var inside: array<bool, LOADS>;
      for (var i = 0u; i < LOADS; i++) {
        let h = top[i] + r * DILATION_H - TOP; // wraps to a huge number above the image
        let v = left[i] + s * DILATION_W - LEFT;
        inside[i] = !PADDED || (h < H && v < W);
        at[i] = select(0u, ((image[i] + h) * W + v) * C, inside[i]);
      }
      for (var c = 0u; c < C; c++) {
        let weights = w[((r * S + s) * C + c) * (K / 4u) + k];
        var v: array<f32, LOADS>;
        var q: array<f32, BLOCK / 4u>; // the same four pixels in every quad
        for (var i = 0u; i < LOADS; i++) {
          v[i] = x[at[i] + c];
          if (PADDED) { v[i] = select(0f, v[i], inside[i]); }
        }
        for (var i = 0u; i < BLOCK / 4u; i++) { q[i] = subgroupShuffle(v[i * 4u / LANES], i * 4u % LANES + lane % 4u); }
        a[0] += weights * quadBroadcast(q[0], 0u);
        a[1] += weights * quadBroadcast(q[0], 1u);
        a[2] += weights * quadBroadcast(q[0], 2u);
        a[3] += weights * quadBroadcast(q[0], 3u);
        a[4] += weights * quadBroadcast(q[1], 0u);
        a[5] += weights * quadBroadcast(q[1], 1u);
        a[6] += weights * quadBroadcast(q[1], 2u);
        a[7] += weights * quadBroadcast(q[1], 3u);
        a[8] += weights * quadBroadcast(q[2], 0u);
        a[9] += weights * quadBroadcast(q[2], 1u);
        a[10] += weights * quadBroadcast(q[2], 2u);
        a[11] += weights * quadBroadcast(q[2], 3u);
        a[12] += weights * quadBroadcast(q[3], 0u);
        a[13] += weights * quadBroadcast(q[3], 1u);
        a[14] += weights * quadBroadcast(q[3], 2u);
        a[15] += weights * quadBroadcast(q[3], 3u);
        a[16] += weights * quadBroadcast(q[4], 0u);
        a[17] += weights * quadBroadcast(q[4], 1u);
        a[18] += weights * quadBroadcast(q[4], 2u);
        a[19] += weights * quadBroadcast(q[4], 3u);
        a[20] += weights * quadBroadcast(q[5], 0u);
        a[21] += weights * quadBroadcast(q[5], 1u);
        a[22] += weights * quadBroadcast(q[5], 2u);
        a[23] += weights * quadBroadcast(q[5], 3u);
        a[24] += weights * quadBroadcast(q[6], 0u);
        a[25] += weights * quadBroadcast(q[6], 1u);
        a[26] += weights * quadBroadcast(q[6], 2u);
        a[27] += weights * quadBroadcast(q[6], 3u);
        a[28] += weights * quadBroadcast(q[7], 0u);
        a[29] += weights * quadBroadcast(q[7], 1u);
        a[30] += weights * quadBroadcast(q[7], 2u);
        a[31] += weights * quadBroadcast(q[7], 3u);
      }
    }
  }

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  let end = min(first + BLOCK, PIXELS);
  if (POOL) {
    for (var pixel = first; pixel < end; pixel += 4u) {
      let i = pixel % BLOCK;
      storePooled(pixel / 4u, k, a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
    }
    return;
  }
  for (var pixel = first; pixel < end; pixel++) {
    let at = pixel * VALUES + k;
    y[at] = finished(a[pixel % BLOCK], at);
  }
}
