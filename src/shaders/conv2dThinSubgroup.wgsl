// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// conv2dSubgroup for the few input channels of a first layer: the sum runs over the R·S·C taps of a window,
// four at a time and padded with zeros, so C need not be a multiple of 4. For every four taps a lane
// loads the 4x4 weights of its own outputs and four values of x for every LANES-th pixel: 4 + 128/LANES loads
// for 128 vec4 multiply-adds. One workgroup is one subgroup. K is a multiple of 4.
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

/** Where a tap lies in its window: down, right, and the channel; far outside the image for one that is not there. */
fn place(tap: u32) -> vec3u {
  let down = select(H, tap / (S * C) * DILATION_H - TOP, tap < TAPS);
  return vec3u(down, tap / C % S * DILATION_W - LEFT, tap % C);
}

/** The value under a tap of the window at this corner. */
fn value(corner: vec3u, tap: vec3u) -> f32 {
  let h = corner.y + tap.x; // wraps to a huge number above the image
  let v = corner.z + tap.y;
  if (h >= H || v >= W) { return 0.0; }
  return x[((corner.x + h) * W + v) * C + tap.z];
}

fn weight(tap: u32, k: u32) -> vec4f {
  if (tap >= TAPS) { return vec4f(); }
  return w[tap * (K / 4u) + k];
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);

  // The places of windows, and then of taps, are found once.
  var corners: array<vec3u, LOADS>;
  for (var i = 0u; i < LOADS; i++) { corners[i] = corner(first + i * LANES + lane); }

  var a: array<vec4f, BLOCK>;
  var start = vec4f();
  if (BIAS) { start = b[k]; }
  for (var i = 0u; i < BLOCK; i++) { a[i] = start; }

  for (var tap = 0u; tap < TAPS; tap += 4u) {
    let weights = mat4x4f(weight(tap, k), weight(tap + 1u, k), weight(tap + 2u, k), weight(tap + 3u, k));
    let taps = array(place(tap), place(tap + 1u), place(tap + 2u), place(tap + 3u));
    var v: array<vec4f, LOADS>;
    for (var i = 0u; i < LOADS; i++) {
      v[i] = vec4f(
        value(corners[i], taps[0]), value(corners[i], taps[1]),
        value(corners[i], taps[2]), value(corners[i], taps[3]));
    }
    a[0] += weights * subgroupBroadcast(v[0u / LANES], 0u % LANES);
    a[1] += weights * subgroupBroadcast(v[1u / LANES], 1u % LANES);
    a[2] += weights * subgroupBroadcast(v[2u / LANES], 2u % LANES);
    a[3] += weights * subgroupBroadcast(v[3u / LANES], 3u % LANES);
    a[4] += weights * subgroupBroadcast(v[4u / LANES], 4u % LANES);
    a[5] += weights * subgroupBroadcast(v[5u / LANES], 5u % LANES);
    a[6] += weights * subgroupBroadcast(v[6u / LANES], 6u % LANES);
    a[7] += weights * subgroupBroadcast(v[7u / LANES], 7u % LANES);
    a[8] += weights * subgroupBroadcast(v[8u / LANES], 8u % LANES);
    a[9] += weights * subgroupBroadcast(v[9u / LANES], 9u % LANES);
    a[10] += weights * subgroupBroadcast(v[10u / LANES], 10u % LANES);
    a[11] += weights * subgroupBroadcast(v[11u / LANES], 11u % LANES);
    a[12] += weights * subgroupBroadcast(v[12u / LANES], 12u % LANES);
    a[13] += weights * subgroupBroadcast(v[13u / LANES], 13u % LANES);
    a[14] += weights * subgroupBroadcast(v[14u / LANES], 14u % LANES);
    a[15] += weights * subgroupBroadcast(v[15u / LANES], 15u % LANES);
    a[16] += weights * subgroupBroadcast(v[16u / LANES], 16u % LANES);
    a[17] += weights * subgroupBroadcast(v[17u / LANES], 17u % LANES);
    a[18] += weights * subgroupBroadcast(v[18u / LANES], 18u % LANES);
    a[19] += weights * subgroupBroadcast(v[19u / LANES], 19u % LANES);
    a[20] += weights * subgroupBroadcast(v[20u / LANES], 20u % LANES);
    a[21] += weights * subgroupBroadcast(v[21u / LANES], 21u % LANES);
    a[22] += weights * subgroupBroadcast(v[22u / LANES], 22u % LANES);
    a[23] += weights * subgroupBroadcast(v[23u / LANES], 23u % LANES);
    a[24] += weights * subgroupBroadcast(v[24u / LANES], 24u % LANES);
    a[25] += weights * subgroupBroadcast(v[25u / LANES], 25u % LANES);
    a[26] += weights * subgroupBroadcast(v[26u / LANES], 26u % LANES);
    a[27] += weights * subgroupBroadcast(v[27u / LANES], 27u % LANES);
    a[28] += weights * subgroupBroadcast(v[28u / LANES], 28u % LANES);
    a[29] += weights * subgroupBroadcast(v[29u / LANES], 29u % LANES);
    a[30] += weights * subgroupBroadcast(v[30u / LANES], 30u % LANES);
    a[31] += weights * subgroupBroadcast(v[31u / LANES], 31u % LANES);
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
