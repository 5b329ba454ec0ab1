// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// conv2dSubgroup for the few input channels of a first layer: the sum runs over the R·S·C taps of a window, so C
// need not be a multiple of 4. For every tap a lane loads the weights of its own outputs and one value of x for every
// LANES-th pixel: 1 + 32/LANES loads for 32 vec4 multiply-adds. One workgroup is one subgroup. K is a multiple of 4.
// With POOL four pixels in a row are a 2x2 window: y is the pooled image, and `which` says for each of a value's
// four channels where in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU).
enable subgroups;

const N = 1u;
const H = 3u;
const W = 3u;
const C = 1u;
const K = 4u;
const R = 1u;
const S = 1u;
const P = 3u;
const Q = 3u;
const STRIDE_H = 1u;
const STRIDE_W = 1u;
const DILATION_H = 1u;
const DILATION_W = 1u;
const TOP = 0u;
const LEFT = 0u;
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const VALUES = K / 4u;
const TAPS = R * S * C;
const BLOCK = 32u; // pixels a subgroup computes
const LOADS = BLOCK / LANES; // pixels whose x a lane holds

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL

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

fn rectified(v: vec4f) -> vec4f {
  return select(v, max(v, vec4f()), RELU);
}

/** The largest of a window's four pixels; of equals the first counts. */
fn storePooled(window: u32, k: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let largest = max(max(a, b), max(c, d));
  let top = select(vec4u(1u), vec4u(0u), a == largest);
  let first = select(select(vec4u(3u), vec4u(2u), c == largest), top, (a == largest) | (b == largest));
  let at = select(first, vec4u(4u), vec4<bool>(RELU) & (largest <= vec4f()));
  y[window * VALUES + k] = rectified(largest);
  which[window * VALUES + k] = at.x | (at.y << 8u) | (at.z << 16u) | (at.w << 24u);
}

/** Where a tap lies in its window: down, right, and the channel. */
fn place(tap: u32) -> vec3u {
  return vec3u(tap / (S * C) * DILATION_H - TOP, tap / C % S * DILATION_W - LEFT, tap % C);
}

/** The value under a tap of the window at this corner. */
fn value(corner: vec3u, tap: vec3u) -> f32 {
  let h = corner.y + tap.x; // wraps to a huge number above the image
  let v = corner.z + tap.y;
  if (h >= H || v >= W) { return 0.0; }
  return x[((corner.x + h) * W + v) * C + tap.z];
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);

  // The places of windows are found once.
  var corners: array<vec3u, LOADS>;
  for (var i = 0u; i < LOADS; i++) { corners[i] = corner(first + i * LANES + lane); }

  var a: array<vec4f, BLOCK>;
  var start = vec4f();
  if (BIAS) { start = b[k]; }
  for (var i = 0u; i < BLOCK; i++) { a[i] = start; }

  for (var tap = 0u; tap < TAPS; tap++) {
    let weights = w[tap * (K / 4u) + k];
    let at = place(tap);
    var v: array<f32, LOADS>;
    var q: array<f32, BLOCK / 4u>; // the same four pixels in every quad
    for (var i = 0u; i < LOADS; i++) { v[i] = value(corners[i], at); }
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

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  if (POOL) {
    for (var i = 0u; i < BLOCK; i += 4u) {
      if (first + i < PIXELS) { storePooled((first + i) / 4u, k, a[i], a[i + 1u], a[i + 2u], a[i + 3u]); }
    }
    return;
  }
  for (var i = 0u; i < BLOCK; i++) {
    if (first + i < PIXELS) { y[(first + i) * VALUES + k] = rectified(a[i]); }
  }
}
