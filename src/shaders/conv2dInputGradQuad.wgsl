// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea is conv2dQuad's with the weights transposed: a quad of lanes computes BLOCK input pixels × 32
// channels, its lanes span the channels and trade their dy by quad swaps. Pixels are counted image last, so a
// block shares its place in the image when N is a multiple of it, and taps that miss dy are skipped as a
// whole (of 3x3 over 5x5 pixels, 64 % are). With POOL dy and `which` are of the pooled image (conv2dQuad),
// and a pixel of dy is what the pool's gradient would have put there. With MASK x came out of a ReLU, whose
// gradient is applied on the way out: dx is kept where x > 0, times SCALE. C and K are multiples of 4.
// parts: bytes, conv, nan, vec4f
enable subgroups;

const POOL = false;
const MASK = false;
const SCALE = 1f;

const PIXELS = N * H * W;
const LANES = 4u;
const BLOCK = 32u; // pixels a quad computes: 32, or 16 for small work, which compiles in two thirds of the time
const VALUES = C / 4u;
const ROWS = select(P, 2u * WINDOWS_H, POOL); // of dy, as far as it is not 0
const COLUMNS = select(Q, 2u * WINDOWS_W, POOL);
const OUTSIDE = 0xffffffffu;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;

/** Row (or column) of dy that reaches `at` = h + top − r·dilation; huge when none does. */
fn source(at: u32, stride: u32) -> u32 {
  var row = at;
  if (stride != 1u) { row = select(OUTSIDE, at / stride, at % stride == 0u); }
  return row;
}

/** Of a pixel: its image, h + top and w + left. */
fn place(index: u32) -> vec3u {
  let pixel = min(index, PIXELS - 1u);
  return vec3u(pixel % N, pixel / N / W + TOP, pixel / N % W + LEFT);
}

/** Where dy lies that reaches a pixel through tap (r, s), and in `.y` the pixel's number in its window. */
fn reached(place: vec3u, r: u32, s: u32) -> vec2u {
  let p = source(place.y - r * DILATION_H, STRIDE_H); // wraps to a huge number above the first row
  let q = source(place.z - s * DILATION_W, STRIDE_W);
  let row = select(p, p / 2u, POOL) + place.x * select(P, WINDOWS_H, POOL);
  let at = (row * select(Q, WINDOWS_W, POOL) + select(q, q / 2u, POOL)) * (K / 4u);
  return vec2u(select(OUTSIDE, at, p < ROWS && q < COLUMNS), p % 2u * 2u + q % 2u);
}

/** The first tap from `start` on through which the block's place is reached; R · S after the last. */
fn reaching(first: u32, start: u32) -> u32 {
  var tap = start;
  for (; N % BLOCK == 0u && tap < R * S; tap++) {
    let p = source(first / N / W + TOP - tap / S * DILATION_H, STRIDE_H);
    let q = source(first / N % W + LEFT - tap % S * DILATION_W, STRIDE_W);
    if (p < ROWS && q < COLUMNS) { break; }
  }
  return tap;
}

fn load(at: vec2u, k: u32) -> vec4f {
  let inside = at.x != OUTSIDE;
  let i = select(0u, at.x + k, inside);
  var here = vec4<bool>(inside);
  if (POOL) {
    here &= unpackBytes(which[i]) == vec4u(at.y);
  }
  return select(vec4f(), dy[i], here);
}

fn weights(tap: u32, c: u32, k: u32) -> mat4x4f {
  let f = (tap * C + 4u * c) * (K / 4u) + k;
  return mat4x4f(w[f], w[f + K / 4u], w[f + 2u * (K / 4u)], w[f + 3u * (K / 4u)]);
}

fn product(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(v * left, v * right);
}

fn put(at: u32, value: vec4f) {
  if (MASK) {
    dx[at] = select(vec4f(), value * SCALE, passes(x[at]));
  } else {
    dx[at] = value;
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let c = workgroup.y * 2u * LANES + lane;
  let cLeft = min(c, VALUES - 1u);
  let cRight = min(c + LANES, VALUES - 1u);

  var places: array<vec3u, 8>;
  for (var i = 0u; i < BLOCK / 4u; i++) { places[i] = place(first + 4u * i + lane); }

  var a: array<mat2x4f, 32>; // column j of a[i]: channels 4 (c + 4 j) to 4 (c + 4 j) + 3

  // One loop over all taps and channels, for conv2dQuad's reason.
  var at: array<vec2u, 8>;
  var k = 0u;
  var tap = reaching(first, 0u);
  while (tap < R * S) {
    if (k == 0u) {
      for (var i = 0u; i < BLOCK / 4u; i++) { at[i] = reached(places[i], tap / S, tap % S); }
    }
    let left = weights(tap, cLeft, k);
    let right = weights(tap, cRight, k);
    let v0 = load(at[0], k);
    let v1 = load(at[1], k);
    let v2 = load(at[2], k);
    let v3 = load(at[3], k);
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
      let v4 = load(at[4], k);
      let v5 = load(at[5], k);
      let v6 = load(at[6], k);
      let v7 = load(at[7], k);
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
    k++;
    if (k == K / 4u) {
      k = 0u;
      tap = reaching(first, tap + 1u);
    }
  }

  var out = a; // for a running index: with one, `a` would lie in memory all along
  for (var i = 0u; i < 2u * BLOCK; i++) {
    let pixel = first + ((i / 2u) ^ lane);
    let value = c + i % 2u * LANES;
    if (pixel < PIXELS && value < VALUES) {
      put((pixel % N * (H * W) + pixel / N) * VALUES + value, out[i / 2u][i % 2u]);
    }
  }
}
