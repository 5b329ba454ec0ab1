// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// conv2dFilterGradQuad for the few input channels of a first layer: a quad computes all R·S·C taps, at most 16, × 32
// columns, its lanes span the columns, two vec4 each. Of every four output pixels a lane loads the taps of one
// and dy of all four; the taps are traded by quad swaps. POOL and `which` as in conv2dFilterGradQuad. The pixels are
// dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is one quad. K is a multiple of 4, and windows stay within the image.
// parts: bytes, conv
enable subgroups;

const POOL = false;
const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4

const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const TAPS = R * S * C;
const LANES = 4u;
const VALUES = K / 4u;
// A lane goes from cell to cell: from one window to the next, or over four pixels to the next of its own.
const CELLS_H = select(P, WINDOWS_H, POOL);
const CELLS_W = select(Q, WINDOWS_W, POOL);
const STEP = select(4u, 1u, POOL);

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

/** Where a tap has its x, seen from a window's corner. */
fn place(tap: u32) -> u32 {
  let t = min(tap, TAPS - 1u);
  return (t / (S * C) * DILATION_H * W + t / C % S * DILATION_W) * C + t % C;
}

fn four(corner: u32, t: vec4u) -> vec4f {
  return vec4f(x[corner + t.x], x[corner + t.y], x[corner + t.z], x[corner + t.w]);
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

/** Column i is tap i, from the pixels of lane, lane ^ 1, lane ^ 2 and lane ^ 3. */
fn traded(v: vec4f) -> mat4x4f {
  return transpose(mat4x4f(v, quadSwapX(v), quadSwapY(v), quadSwapDiagonal(v)));
}

fn product(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
}

fn store(split: u32, tap: u32, k: u32, a: mat2x4f) {
  let at = (split * TAPS + tap) * VALUES + k;
  if (tap < TAPS && k < VALUES) { dw[at] = a[0]; }
  if (tap < TAPS && k + LANES < VALUES) { dw[at + LANES] = a[1]; }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);
  let split = workgroup.z;

  let t = array(
    vec4u(place(0u), place(1u), place(2u), place(3u)), vec4u(place(4u), place(5u), place(6u), place(7u)),
    vec4u(place(8u), place(9u), place(10u), place(11u)), vec4u(place(12u), place(13u), place(14u), place(15u)));

  var a: array<mat2x4f, 16>; // column j of a[i]: tap i, columns 4 (k + 4 j) to 4 (k + 4 j) + 3
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
    let corner = ((row + p) * W + q) * C;
    {
      let v = traded(four(corner, t[0]));
      a[0] += product(left, right, v[0]);
      a[1] += product(left, right, v[1]);
      a[2] += product(left, right, v[2]);
      a[3] += product(left, right, v[3]);
    }
    if (TAPS > 4u) {
      let v = traded(four(corner, t[1]));
      a[4] += product(left, right, v[0]);
      a[5] += product(left, right, v[1]);
      a[6] += product(left, right, v[2]);
      a[7] += product(left, right, v[3]);
    }
    if (TAPS > 8u) {
      let v = traded(four(corner, t[2]));
      a[8] += product(left, right, v[0]);
      a[9] += product(left, right, v[1]);
      a[10] += product(left, right, v[2]);
      a[11] += product(left, right, v[3]);
    }
    if (TAPS > 12u) {
      let v = traded(four(corner, t[3]));
      a[12] += product(left, right, v[0]);
      a[13] += product(left, right, v[1]);
      a[14] += product(left, right, v[2]);
      a[15] += product(left, right, v[3]);
    }

    across += STEP % CELLS_W;
    down += STEP / CELLS_W % CELLS_H + select(0u, 1u, across >= CELLS_W);
    image += STEP / (CELLS_W * CELLS_H) + select(0u, 1u, down >= CELLS_H);
    across -= select(0u, CELLS_W, across >= CELLS_W);
    down -= select(0u, CELLS_H, down >= CELLS_H);
  }

  store(split, 0u, k, a[0]);
  store(split, 1u, k, a[1]);
  store(split, 2u, k, a[2]);
  store(split, 3u, k, a[3]);
  store(split, 4u, k, a[4]);
  store(split, 5u, k, a[5]);
  store(split, 6u, k, a[6]);
  store(split, 7u, k, a[7]);
  store(split, 8u, k, a[8]);
  store(split, 9u, k, a[9]);
  store(split, 10u, k, a[10]);
  store(split, 11u, k, a[11]);
  store(split, 12u, k, a[12]);
  store(split, 13u, k, a[13]);
  store(split, 14u, k, a[14]);
  store(split, 15u, k, a[15]);
  if (k < VALUES) { db[split * VALUES + k] = bias[0]; }
  if (k + LANES < VALUES) { db[split * VALUES + k + LANES] = bias[1]; }
}
