// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// conv2dFilterGradSubgroup for subgroups of four lanes (SwiftShader). A quad computes BLOCK rows of dw (a row is
// one r,s,c) × 32 columns; its lanes span the columns, two vec4 each. It goes through the output pixels four at
// a time: each lane loads one vec4 of x (four rows) from its own pixel for every four rows, and dy of all
// four; the lanes trade their x by quad swaps (conv2dQuad): 16 vec4 loads for 256 vec4 multiply-adds with 32 rows. With
// POOL the four pixels are a 2x2 window, dy and `which` are of the pooled image (conv2dQuad), and one dy
// serves all four. The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits. No array has a
// running index (conv2dQuad). C and K are multiples of 4.
// parts: bytes, conv
enable subgroups;

const PADDED = false; // can a window reach outside the image?
const POOL = false;
const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4

const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const ROWS = R * S * C;
const LANES = 4u;
const BLOCK = 32u; // rows a quad computes: 32, or 16 for small work, which compiles in two thirds of the time
const VALUES = K / 4u;
// A lane goes from cell to cell: from one window to the next, or over four pixels to the next of its own.
const CELLS_H = select(P, WINDOWS_H, POOL);
const CELLS_W = select(Q, WINDOWS_W, POOL);
const STEP = select(4u, 1u, POOL);

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

/** Where four rows of dw have their x, seen from a window's corner: down, right, and the channels. */
fn tap(row: u32) -> vec3u {
  let j = min(row / 4u, ROWS / 4u - 1u);
  let tap = j / (C / 4u);
  return vec3u(tap / S * DILATION_H - TOP, tap % S * DILATION_W - LEFT, j % (C / 4u));
}

/** x under a tap of the window whose corner is at row `top`, column `left` of the image that begins at row `image`. */
fn load(image: u32, top: u32, left: u32, tap: vec3u) -> vec4f {
  let h = top + tap.x; // wraps to a huge number above the image
  let v = left + tap.y;
  let at = ((image + h) * W + v) * (C / 4u) + tap.z;
  var value = x[at];
  if (PADDED) { value = select(vec4f(), value, h < H && v < W); }
  return value;
}

fn cotangent(pixel: u32, end: u32, k: u32) -> vec4f {
  return select(vec4f(), dy[min(pixel, PIXELS - 1u) * VALUES + k], pixel < end);
}

/** Column m is dy of the pixel of lane ^ m. */
fn cotangents(pixel: u32, end: u32, lane: u32, k: u32) -> mat4x4f {
  var columns: mat4x4f;
  if (POOL) {
    let i = pixel / 4u * VALUES + k;
    let at = unpackBytes(which[i]);
    let v = dy[i];
    columns = mat4x4f(
      select(vec4f(), v, at == vec4u(lane)), select(vec4f(), v, at == vec4u(lane ^ 1u)),
      select(vec4f(), v, at == vec4u(lane ^ 2u)), select(vec4f(), v, at == vec4u(lane ^ 3u)));
  } else {
    columns = mat4x4f(
      cotangent(pixel + lane, end, k), cotangent(pixel + (lane ^ 1u), end, k),
      cotangent(pixel + (lane ^ 2u), end, k), cotangent(pixel + (lane ^ 3u), end, k));
  }
  return columns;
}

/** Column i is row i of x, from the pixels of lane, lane ^ 1, lane ^ 2 and lane ^ 3. */
fn traded(v: vec4f) -> mat4x4f {
  return transpose(mat4x4f(v, quadSwapX(v), quadSwapY(v), quadSwapDiagonal(v)));
}

fn product(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
}

fn store(split: u32, row: u32, k: u32, a: mat2x4f) {
  let at = (split * ROWS + row) * VALUES + k;
  if (row < ROWS && k < VALUES) { dw[at] = a[0]; }
  if (row < ROWS && k + LANES < VALUES) { dw[at + LANES] = a[1]; }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);
  let split = workgroup.z;

  var taps: array<vec3u, 8>;
  for (var i = 0u; i < BLOCK / 4u; i++) { taps[i] = tap(first + 4u * i); }

  var a: array<mat2x4f, 32>; // column j of a[i]: row first + i, columns 4 (k + 4 j) to 4 (k + 4 j) + 3
  var bias = mat2x4f();

  // This lane's cell, counted up without divisions.
  let end = min((split + 1u) * SHARE, PIXELS);
  let cell = split * SHARE / select(1u, 4u, POOL) + select(lane, 0u, POOL);
  var across = cell % CELLS_W;
  var down = cell / CELLS_W % CELLS_H;
  var image = cell / (CELLS_W * CELLS_H);

  for (var pixel = split * SHARE; pixel < end; pixel += 4u) {
    let left = cotangents(pixel, end, lane, kLeft);
    let right = cotangents(pixel, end, lane, kRight);
    bias += mat2x4f(left[0] + left[1] + left[2] + left[3], right[0] + right[1] + right[2] + right[3]);

    let row = min(image, N - 1u) * H;
    let p = select(down, 2u * down + lane / 2u, POOL) * STRIDE_H;
    let q = select(across, 2u * across + lane % 2u, POOL) * STRIDE_W;
    let v0 = traded(load(row, p, q, taps[0]));
    let v1 = traded(load(row, p, q, taps[1]));
    let v2 = traded(load(row, p, q, taps[2]));
    let v3 = traded(load(row, p, q, taps[3]));
    a[0] += product(left, right, v0[0]);
    a[1] += product(left, right, v0[1]);
    a[2] += product(left, right, v0[2]);
    a[3] += product(left, right, v0[3]);
    a[4] += product(left, right, v1[0]);
    a[5] += product(left, right, v1[1]);
    a[6] += product(left, right, v1[2]);
    a[7] += product(left, right, v1[3]);
    a[8] += product(left, right, v2[0]);
    a[9] += product(left, right, v2[1]);
    a[10] += product(left, right, v2[2]);
    a[11] += product(left, right, v2[3]);
    a[12] += product(left, right, v3[0]);
    a[13] += product(left, right, v3[1]);
    a[14] += product(left, right, v3[2]);
    a[15] += product(left, right, v3[3]);
    if (BLOCK > 16u) {
      let v4 = traded(load(row, p, q, taps[4]));
      let v5 = traded(load(row, p, q, taps[5]));
      let v6 = traded(load(row, p, q, taps[6]));
      let v7 = traded(load(row, p, q, taps[7]));
      a[16] += product(left, right, v4[0]);
      a[17] += product(left, right, v4[1]);
      a[18] += product(left, right, v4[2]);
      a[19] += product(left, right, v4[3]);
      a[20] += product(left, right, v5[0]);
      a[21] += product(left, right, v5[1]);
      a[22] += product(left, right, v5[2]);
      a[23] += product(left, right, v5[3]);
      a[24] += product(left, right, v6[0]);
      a[25] += product(left, right, v6[1]);
      a[26] += product(left, right, v6[2]);
      a[27] += product(left, right, v6[3]);
      a[28] += product(left, right, v7[0]);
      a[29] += product(left, right, v7[1]);
      a[30] += product(left, right, v7[2]);
      a[31] += product(left, right, v7[3]);
    }

    across += STEP % CELLS_W;
    down += STEP / CELLS_W % CELLS_H + select(0u, 1u, across >= CELLS_W);
    image += STEP / (CELLS_W * CELLS_H) + select(0u, 1u, down >= CELLS_H);
    across -= select(0u, CELLS_W, across >= CELLS_W);
    down -= select(0u, CELLS_H, down >= CELLS_H);
  }

  var out = a; // for a running index: with one, `a` would lie in memory all along
  for (var i = 0u; i < BLOCK; i++) { store(split, first + i, k, out[i]); }
  if (first == 0u) {
    if (k < VALUES) { db[split * VALUES + k] = bias[0]; }
    if (k + LANES < VALUES) { db[split * VALUES + k + LANES] = bias[1]; }
  }
}
