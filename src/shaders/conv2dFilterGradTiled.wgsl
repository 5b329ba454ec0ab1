// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits.
// The idea: implicit matrix multiplication [ROWS, DEPTH] · [DEPTH, COLUMNS] through workgroup memory. A workgroup
// of 16×16 invocations computes a 64×64 tile in steps of 16 along DEPTH; an invocation keeps 4×4 of it in
// registers, so a value brought to workgroup memory is used 64 times. Any shape.
const N = 1u;
const H = 3u;
const W = 3u;
const C = 1u;
const K = 1u;
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
const POOL = false; // dy and `which` are of the pooled image, see conv2dTiled
const SPLIT = 1u; // partial sums
const SHARE = 16u; // pixels of one partial sum

const ROWS = R * S * C;
const COLUMNS = K;
const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const DEPTH = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<f32>; // [SPLIT, K]

var<workgroup> tileA: array<array<vec4f, 16>, 16>; // [depth][rows / 4]
var<workgroup> tileB: array<array<vec4f, 16>, 16>; // [depth][columns / 4]

/** Image, row and column of output pixel t; with POOL four in a row are a window. */
fn place(t: u32) -> vec3u {
  if (POOL) {
    let window = t / 4u;
    let p = window / WINDOWS_W % WINDOWS_H * 2u + t / 2u % 2u;
    return vec3u(window / (WINDOWS_H * WINDOWS_W), p, window % WINDOWS_W * 2u + t % 2u);
  }
  return vec3u(t / (P * Q), t / Q % P, t % Q);
}

/** x under output pixel t at row m = (r, s, c) of the filter. */
fn valueA(m: u32, t: u32, end: u32) -> f32 {
  let at = place(t);
  let h = at.y * STRIDE_H + m / C / S * DILATION_H - TOP; // wraps to a huge number above the image
  let v = at.z * STRIDE_W + m / C % S * DILATION_W - LEFT;
  if (m >= ROWS || t >= end || h >= H || v >= W) { return 0.0; }
  return x[((at.x * H + h) * W + v) * C + m % C];
}

fn valueB(t: u32, k: u32, end: u32) -> f32 {
  if (t >= end || k >= K) { return 0.0; }
  if (POOL) {
    let at = (which[t / 4u * (K / 4u) + k / 4u] >> (k % 4u * 8u)) & 7u;
    return select(0.0, dy[t / 4u * K + k], at == t % 4u);
  }
  return dy[t * K + k];
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = workgroup.x * 64u;
  let column = workgroup.y * 64u;
  var acc: array<vec4f, 4>; // row i of the invocation's 4×4
  for (var i = 0u; i < 4u; i++) { acc[i] = vec4f(); }
  let split = workgroup.z;
  let end = min((split + 1u) * SHARE, DEPTH);
  var bias = vec4f();

  for (var depth = split * SHARE; depth < end; depth += 16u) {
    var quadA: vec4f;
    var quadB: vec4f;
    for (var i = 0u; i < 4u; i++) {
      quadA[i] = valueA(row + local.x * 4u + i, depth + local.y, end);
      quadB[i] = valueB(depth + local.y, column + local.x * 4u + i, end);
    }
    workgroupBarrier(); // the last step's reads are over
    tileA[local.y][local.x] = quadA;
    tileB[local.y][local.x] = quadB;
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let u = tileA[d][local.y];
      let v = tileB[d][local.x];
      bias += v;
      acc[0] += u.x * v;
      acc[1] += u.y * v;
      acc[2] += u.z * v;
      acc[3] += u.w * v;
    }
  }

  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let m = row + local.y * 4u + i;
      let n = column + local.x * 4u + j;
      if (m < ROWS && n < COLUMNS) { dw[(split * ROWS + m) * K + n] = acc[i][j]; }
    }
  }
  if (row == 0u && local.y == 0u) {
    for (var j = 0u; j < 4u; j++) {
      let n = column + local.x * 4u + j;
      if (n < COLUMNS) { db[split * K + n] = bias[j]; }
    }
  }
}
