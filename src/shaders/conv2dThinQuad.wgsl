// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// conv2dQuad for the few input channels of a first layer: the sum runs over the R·S·C taps of a window, four at a
// time, a missing one with a weight of 0, so C need not be a multiple of 4. For every four taps a lane loads two 4x4
// blocks of weights and four values of x for every fourth pixel: 8 vec4 and 32 single loads for 256 vec4
// multiply-adds. POOL and `which` as in conv2dQuad. One workgroup is one quad. K is a multiple of 4, and windows stay within the image.
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
const TOP = 0u; // of the padding: none here
const LEFT = 0u;
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped

const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const TAPS = R * S * C;
const LANES = 4u;
const BLOCK = 32u; // pixels a quad computes
const VALUES = K / 4u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL

/** Of a pixel: where its window begins in x. */
fn corner(index: u32) -> u32 {
  let pixel = min(index, PIXELS - 1u);
  var image = pixel / (P * Q);
  var p = pixel / Q % P;
  var q = pixel % Q;
  if (POOL) {
    let window = pixel / 4u;
    image = window / (WINDOWS_H * WINDOWS_W);
    p = window / WINDOWS_W % WINDOWS_H * 2u + pixel / 2u % 2u;
    q = window % WINDOWS_W * 2u + pixel % 2u;
  }
  return ((image * H + p * STRIDE_H) * W + q * STRIDE_W) * C;
}

/** Where a tap has its x, seen from a window's corner. */
fn place(tap: u32) -> u32 {
  let t = min(tap, TAPS - 1u);
  return (t / (S * C) * DILATION_H * W + t / C % S * DILATION_W) * C + t % C;
}

fn four(corner: u32, t: vec4u) -> vec4f {
  return vec4f(x[corner + t.x], x[corner + t.y], x[corner + t.z], x[corner + t.w]);
}

fn weight(tap: u32, k: u32) -> vec4f {
  return select(vec4f(), w[min(tap, TAPS - 1u) * VALUES + k], tap < TAPS);
}

fn weights(tap: u32, k: u32) -> mat4x4f {
  return mat4x4f(weight(tap, k), weight(tap + 1u, k), weight(tap + 2u, k), weight(tap + 3u, k));
}

fn product(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
}

fn rectified(v: vec4f) -> vec4f {
  return select(v, max(v, vec4f()), RELU);
}

fn store(pixel: u32, k: u32, a: mat2x4f) {
  if (pixel >= PIXELS) { return; }
  if (k < VALUES) { y[pixel * VALUES + k] = rectified(a[0]); }
  if (k + LANES < VALUES) { y[pixel * VALUES + k + LANES] = rectified(a[1]); }
}

/** a, b, c, d belong to the pixels lane, lane ^ 1, lane ^ 2, lane ^ 3 of the window; of equals the first pixel counts. */
fn storeLargest(window: u32, k: u32, lane: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  if (k >= VALUES) { return; }
  let largest = max(max(a, b), max(c, d));
  let none = vec4u(4u);
  let first = min(
    min(select(none, vec4u(lane), a == largest), select(none, vec4u(lane ^ 1u), b == largest)),
    min(select(none, vec4u(lane ^ 2u), c == largest), select(none, vec4u(lane ^ 3u), d == largest)));
  let at = select(first, none, vec4<bool>(RELU) & (largest <= vec4f()));
  y[window * VALUES + k] = rectified(largest);
  which[window * VALUES + k] = at.x | (at.y << 8u) | (at.z << 16u) | (at.w << 24u);
}

fn storePooled(window: u32, k: u32, lane: u32, a: mat2x4f, b: mat2x4f, c: mat2x4f, d: mat2x4f) {
  if (window >= PIXELS / 4u) { return; }
  storeLargest(window, k, lane, a[0], b[0], c[0], d[0]);
  storeLargest(window, k + LANES, lane, a[1], b[1], c[1], d[1]);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);

  var corners: array<u32, 8>;
  for (var i = 0u; i < 8u; i++) { corners[i] = corner(first + 4u * i + lane); }

  var a: array<mat2x4f, BLOCK>; // column j of a[i]: channels 4 (k + 4 j) to 4 (k + 4 j) + 3
  var start = mat2x4f();
  if (BIAS) { start = mat2x4f(b[kLeft], b[kRight]); }
  a[0] = start;
  a[1] = start;
  a[2] = start;
  a[3] = start;
  a[4] = start;
  a[5] = start;
  a[6] = start;
  a[7] = start;
  a[8] = start;
  a[9] = start;
  a[10] = start;
  a[11] = start;
  a[12] = start;
  a[13] = start;
  a[14] = start;
  a[15] = start;
  a[16] = start;
  a[17] = start;
  a[18] = start;
  a[19] = start;
  a[20] = start;
  a[21] = start;
  a[22] = start;
  a[23] = start;
  a[24] = start;
  a[25] = start;
  a[26] = start;
  a[27] = start;
  a[28] = start;
  a[29] = start;
  a[30] = start;
  a[31] = start;

  for (var tap = 0u; tap < TAPS; tap += 4u) {
    let t = vec4u(place(tap), place(tap + 1u), place(tap + 2u), place(tap + 3u));
    let left = weights(tap, kLeft);
    let right = weights(tap, kRight);
    let v0 = four(corners[0], t);
    let v1 = four(corners[1], t);
    let v2 = four(corners[2], t);
    let v3 = four(corners[3], t);
    let v4 = four(corners[4], t);
    let v5 = four(corners[5], t);
    let v6 = four(corners[6], t);
    let v7 = four(corners[7], t);
    a[0] += product(left, right, v0);
    a[1] += product(left, right, quadSwapX(v0));
    a[2] += product(left, right, quadSwapY(v0));
    a[3] += product(left, right, quadSwapDiagonal(v0));
    a[4] += product(left, right, v1);
    a[5] += product(left, right, quadSwapX(v1));
    a[6] += product(left, right, quadSwapY(v1));
    a[7] += product(left, right, quadSwapDiagonal(v1));
    a[8] += product(left, right, v2);
    a[9] += product(left, right, quadSwapX(v2));
    a[10] += product(left, right, quadSwapY(v2));
    a[11] += product(left, right, quadSwapDiagonal(v2));
    a[12] += product(left, right, v3);
    a[13] += product(left, right, quadSwapX(v3));
    a[14] += product(left, right, quadSwapY(v3));
    a[15] += product(left, right, quadSwapDiagonal(v3));
    a[16] += product(left, right, v4);
    a[17] += product(left, right, quadSwapX(v4));
    a[18] += product(left, right, quadSwapY(v4));
    a[19] += product(left, right, quadSwapDiagonal(v4));
    a[20] += product(left, right, v5);
    a[21] += product(left, right, quadSwapX(v5));
    a[22] += product(left, right, quadSwapY(v5));
    a[23] += product(left, right, quadSwapDiagonal(v5));
    a[24] += product(left, right, v6);
    a[25] += product(left, right, quadSwapX(v6));
    a[26] += product(left, right, quadSwapY(v6));
    a[27] += product(left, right, quadSwapDiagonal(v6));
    a[28] += product(left, right, v7);
    a[29] += product(left, right, quadSwapX(v7));
    a[30] += product(left, right, quadSwapY(v7));
    a[31] += product(left, right, quadSwapDiagonal(v7));
  }

  if (POOL) {
    storePooled(first / 4u + 0u, k, lane, a[0], a[1], a[2], a[3]);
    storePooled(first / 4u + 1u, k, lane, a[4], a[5], a[6], a[7]);
    storePooled(first / 4u + 2u, k, lane, a[8], a[9], a[10], a[11]);
    storePooled(first / 4u + 3u, k, lane, a[12], a[13], a[14], a[15]);
    storePooled(first / 4u + 4u, k, lane, a[16], a[17], a[18], a[19]);
    storePooled(first / 4u + 5u, k, lane, a[20], a[21], a[22], a[23]);
    storePooled(first / 4u + 6u, k, lane, a[24], a[25], a[26], a[27]);
    storePooled(first / 4u + 7u, k, lane, a[28], a[29], a[30], a[31]);
    return;
  }
  store(first + 0u + (0u ^ lane), k, a[0]);
  store(first + 0u + (1u ^ lane), k, a[1]);
  store(first + 0u + (2u ^ lane), k, a[2]);
  store(first + 0u + (3u ^ lane), k, a[3]);
  store(first + 4u + (0u ^ lane), k, a[4]);
  store(first + 4u + (1u ^ lane), k, a[5]);
  store(first + 4u + (2u ^ lane), k, a[6]);
  store(first + 4u + (3u ^ lane), k, a[7]);
  store(first + 8u + (0u ^ lane), k, a[8]);
  store(first + 8u + (1u ^ lane), k, a[9]);
  store(first + 8u + (2u ^ lane), k, a[10]);
  store(first + 8u + (3u ^ lane), k, a[11]);
  store(first + 12u + (0u ^ lane), k, a[12]);
  store(first + 12u + (1u ^ lane), k, a[13]);
  store(first + 12u + (2u ^ lane), k, a[14]);
  store(first + 12u + (3u ^ lane), k, a[15]);
  store(first + 16u + (0u ^ lane), k, a[16]);
  store(first + 16u + (1u ^ lane), k, a[17]);
  store(first + 16u + (2u ^ lane), k, a[18]);
  store(first + 16u + (3u ^ lane), k, a[19]);
  store(first + 20u + (0u ^ lane), k, a[20]);
  store(first + 20u + (1u ^ lane), k, a[21]);
  store(first + 20u + (2u ^ lane), k, a[22]);
  store(first + 20u + (3u ^ lane), k, a[23]);
  store(first + 24u + (0u ^ lane), k, a[24]);
  store(first + 24u + (1u ^ lane), k, a[25]);
  store(first + 24u + (2u ^ lane), k, a[26]);
  store(first + 24u + (3u ^ lane), k, a[27]);
  store(first + 28u + (0u ^ lane), k, a[28]);
  store(first + 28u + (1u ^ lane), k, a[29]);
  store(first + 28u + (2u ^ lane), k, a[30]);
  store(first + 28u + (3u ^ lane), k, a[31]);
}
