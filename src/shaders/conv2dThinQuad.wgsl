// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// conv2dQuad for the few input channels of a first layer: the sum runs over the R·S·C taps of a window, three at a
// time, a missing one with a weight of 0: a row of a 3x3 filter over one channel, and C is any number. For every
// three taps a lane loads two 4x3 blocks of weights and three values of x for every fourth pixel: 6 vec4 and 12 single
// loads for 96 vec4 multiply-adds. Here broadcasts cost no more than quad swaps, and leave the pixels in their order:
// a lane's accumulator i belongs to pixel i. 16 pixels a quad, since 32 of them are 1.2 times as fast (19 to 16 ms in the
// reference step) and take 2.4 times as long to compile (0.15 to 0.38 s; SwiftShader, November 2026). POOL and `which` as in
// conv2dQuad. One workgroup is one quad. K is a multiple of 4, and windows stay within the image. No function
// returns early (conv2dQuad).
// parts: nan, vec4f, window2x2
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
const BLOCK = 16u; // pixels a quad computes
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

fn three(corner: u32, t: vec3u) -> vec3f {
  return vec3f(x[corner + t.x], x[corner + t.y], x[corner + t.z]);
}

fn weight(tap: u32, k: u32) -> vec4f {
  return select(vec4f(), w[min(tap, TAPS - 1u) * VALUES + k], tap < TAPS);
}

fn weights(tap: u32, k: u32) -> mat3x4f {
  return mat3x4f(weight(tap, k), weight(tap + 1u, k), weight(tap + 2u, k));
}

fn product(left: mat3x4f, right: mat3x4f, v: vec3f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
}

fn store(pixel: u32, k: u32, a: mat2x4f) {
  if (pixel < PIXELS) {
    if (k < VALUES) { y[pixel * VALUES + k] = select(a[0], rectified(a[0]), RELU); }
    if (k + LANES < VALUES) { y[pixel * VALUES + k + LANES] = select(a[1], rectified(a[1]), RELU); }
  }
}

/** a, b, c, d belong to the four pixels of the window. */
fn storeLargest(window: u32, k: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let largest = largestOf(a, b, c, d, vec4u(0u, 1u, 2u, 3u));
  if (k < VALUES) {
    y[window * VALUES + k] = largest.value;
    which[window * VALUES + k] = largest.which;
  }
}

fn storePooled(window: u32, k: u32, a: mat2x4f, b: mat2x4f, c: mat2x4f, d: mat2x4f) {
  if (window < PIXELS / 4u) {
    storeLargest(window, k, a[0], b[0], c[0], d[0]);
    storeLargest(window, k + LANES, a[1], b[1], c[1], d[1]);
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);

  var corners: array<u32, 4>;
  for (var i = 0u; i < 4u; i++) { corners[i] = corner(first + 4u * i + lane); }

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

  for (var tap = 0u; tap < TAPS; tap += 3u) {
    let t = vec3u(place(tap), place(tap + 1u), place(tap + 2u));
    let left = weights(tap, kLeft);
    let right = weights(tap, kRight);
    let v0 = three(corners[0], t);
    let v1 = three(corners[1], t);
    let v2 = three(corners[2], t);
    let v3 = three(corners[3], t);
    a[0] += product(left, right, quadBroadcast(v0, 0u));
    a[1] += product(left, right, quadBroadcast(v0, 1u));
    a[2] += product(left, right, quadBroadcast(v0, 2u));
    a[3] += product(left, right, quadBroadcast(v0, 3u));
    a[4] += product(left, right, quadBroadcast(v1, 0u));
    a[5] += product(left, right, quadBroadcast(v1, 1u));
    a[6] += product(left, right, quadBroadcast(v1, 2u));
    a[7] += product(left, right, quadBroadcast(v1, 3u));
    a[8] += product(left, right, quadBroadcast(v2, 0u));
    a[9] += product(left, right, quadBroadcast(v2, 1u));
    a[10] += product(left, right, quadBroadcast(v2, 2u));
    a[11] += product(left, right, quadBroadcast(v2, 3u));
    a[12] += product(left, right, quadBroadcast(v3, 0u));
    a[13] += product(left, right, quadBroadcast(v3, 1u));
    a[14] += product(left, right, quadBroadcast(v3, 2u));
    a[15] += product(left, right, quadBroadcast(v3, 3u));
  }

  if (POOL) {
    storePooled(first / 4u + 0u, k, a[0], a[1], a[2], a[3]);
    storePooled(first / 4u + 1u, k, a[4], a[5], a[6], a[7]);
    storePooled(first / 4u + 2u, k, a[8], a[9], a[10], a[11]);
    storePooled(first / 4u + 3u, k, a[12], a[13], a[14], a[15]);
  } else {
    store(first + 0u, k, a[0]);
    store(first + 1u, k, a[1]);
    store(first + 2u, k, a[2]);
    store(first + 3u, k, a[3]);
    store(first + 4u, k, a[4]);
    store(first + 5u, k, a[5]);
    store(first + 6u, k, a[6]);
    store(first + 7u, k, a[7]);
    store(first + 8u, k, a[8]);
    store(first + 9u, k, a[9]);
    store(first + 10u, k, a[10]);
    store(first + 11u, k, a[11]);
    store(first + 12u, k, a[12]);
    store(first + 13u, k, a[13]);
    store(first + 14u, k, a[14]);
    store(first + 15u, k, a[15]);
  }
}
