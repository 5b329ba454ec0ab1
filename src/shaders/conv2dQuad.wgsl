// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// conv2dSubgroup for subgroups of four lanes (SwiftShader). A quad computes BLOCK pixels × 32 channels; its
// lanes span the channels, two vec4 each. For every four input channels a lane loads two 4x4 blocks of
// weights and one vec4 of x for every fourth pixel: 16 vec4 loads for 256 vec4 multiply-adds with 32 pixels. The lanes trade
// their x by quad swaps, cheaper than broadcasts (84 → 72 ms for 16 pixels of 3x3 32→64, N = 128, SwiftShader,
// November 2026); so a lane's accumulator 4i + m belongs to pixel 4i + (m ^ lane). With POOL the four pixels
// are a 2x2 window, whose maximum then needs nobody else: y is the pooled image, and `which` says for each of
// a value's four channels where in the window it was (0 to 3, a byte each; 4 where nothing passed the ReLU).
// No array has a running index: with one, as in conv2dSubgroup, it took 118 ms where this way took 97. No
// function returns early: with such ones the kernel took a tenth to a fifth longer to compile (presumably each is inlined
// as a loop of one turn). One workgroup is one quad. C and K are multiples of 4.
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

const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const LANES = 4u;
const BLOCK = 32u; // pixels a quad computes: 32, or 16 for small work, which compiles in two thirds of the time
const VALUES = K / 4u;
const OUTSIDE = 0xffffffffu;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL
@group(0) @binding(5) var<storage, read> state: array<u32>; // seed, step; used with DROP

/** Of a pixel: the first row of its image, and its window's corner counted from the padding's. */
fn corner(index: u32) -> vec3u {
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
  return vec3u(image * H, p * STRIDE_H, q * STRIDE_W);
}

/** Where x lies under tap (r, s) of that window. */
fn under(corner: vec3u, r: u32, s: u32) -> u32 {
  let h = corner.y + r * DILATION_H - TOP; // wraps to a huge number above the image
  let v = corner.z + s * DILATION_W - LEFT;
  let at = ((corner.x + h) * W + v) * (C / 4u);
  return select(at, OUTSIDE, PADDED && (h >= H || v >= W));
}

fn load(at: u32, c: u32) -> vec4f {
  var v = x[at + c];
  if (PADDED) { v = select(v, vec4f(), at == OUTSIDE); }
  return v;
}

fn weights(row: u32, k: u32) -> mat4x4f {
  let f = row * VALUES + k;
  return mat4x4f(w[f], w[f + VALUES], w[f + 2u * VALUES], w[f + 3u * VALUES]);
}

fn product(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
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

fn store(pixel: u32, k: u32, a: mat2x4f) {
  if (pixel < PIXELS) {
    let at = pixel * VALUES + k;
    if (k < VALUES) { y[at] = finished(a[0], at); }
    if (k + LANES < VALUES) { y[at + LANES] = finished(a[1], at + LANES); }
  }
}

/** a, b, c, d belong to the pixels lane, lane ^ 1, lane ^ 2, lane ^ 3 of the window. */
fn storeLargest(window: u32, k: u32, lane: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let largest = largestOf(a, b, c, d, vec4u(lane) ^ vec4u(0u, 1u, 2u, 3u));
  if (k < VALUES) {
    y[window * VALUES + k] = largest.value;
    which[window * VALUES + k] = largest.which;
  }
}

fn storePooled(window: u32, k: u32, lane: u32, a: mat2x4f, b: mat2x4f, c: mat2x4f, d: mat2x4f) {
  if (window < PIXELS / 4u) {
    storeLargest(window, k, lane, a[0], b[0], c[0], d[0]);
    storeLargest(window, k + LANES, lane, a[1], b[1], c[1], d[1]);
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);

  var corners: array<vec3u, 8>;
  for (var i = 0u; i < BLOCK / 4u; i++) { corners[i] = corner(first + 4u * i + lane); }

  var a: array<mat2x4f, 32>; // column j of a[i]: channels 4 (k + 4 j) to 4 (k + 4 j) + 3

  // One loop over all taps and channels: of three nested ones every accumulator would be a variable, copied at
  // each of their turns (70 → 55 ms for 3x3 32→64, and 0.39 → 0.23 s to compile; SwiftShader, November 2026).
  var at: array<u32, 8>;
  for (var row = 0u; row < R * S * C; row += 4u) {
    let tap = row / C;
    let c = row % C / 4u;
    if (c == 0u) {
      for (var i = 0u; i < BLOCK / 4u; i++) { at[i] = under(corners[i], tap / S, tap % S); }
    }
    let left = weights(row, kLeft);
    let right = weights(row, kRight);
    let v0 = load(at[0], c);
    let v1 = load(at[1], c);
    let v2 = load(at[2], c);
    let v3 = load(at[3], c);
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
    if (BLOCK > 16u) {
      let v4 = load(at[4], c);
      let v5 = load(at[5], c);
      let v6 = load(at[6], c);
      let v7 = load(at[7], c);
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
  }

  var out = a; // for a running index: with one, `a` would lie in memory all along
  var bias = mat2x4f();
  if (BIAS) { bias = mat2x4f(b[kLeft], b[kRight]); }
  if (POOL) {
    for (var i = 0u; i < BLOCK; i += 4u) {
      storePooled((first + i) / 4u, k, lane, out[i] + bias, out[i + 1u] + bias, out[i + 2u] + bias, out[i + 3u] + bias);
    }
  } else {
    for (var i = 0u; i < BLOCK; i++) { store(first + (i ^ lane), k, out[i] + bias); }
  }
}
