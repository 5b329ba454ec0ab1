// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: implicit matrix multiplication [ROWS, DEPTH] · [DEPTH, COLUMNS] through workgroup memory. A workgroup
// of 16×16 invocations computes a 64×64 tile in steps of 16 along DEPTH; an invocation keeps 4×4 of it in
// registers, so a value brought to workgroup memory is used 64 times. Any shape. With POOL four rows are the pixels
// of a 2x2 window: y is the pooled image, and `which` says for each of four channels where in the window its maximum
// was (0 to 3, a byte each; 4 where nothing passed the ReLU); K is a multiple of 4 then.
// parts: nan, random, vec4f, window2x2
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
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped
const DROP = false; // then dropout, as dropout.wgsl: keeps what draws at least THRESHOLD, times SCALE
const STREAM = 0u;
const THRESHOLD = 0u;
const SCALE = 1f;

const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const ROWS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const COLUMNS = K;
const DEPTH = R * S * C;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL
@group(0) @binding(5) var<storage, read> state: array<u32>; // seed, step; used with DROP

var<workgroup> tileA: array<array<vec4f, 16>, 16>; // [depth][rows / 4]
var<workgroup> tileB: array<array<vec4f, 16>, 16>; // [depth][columns / 4]

/** Image, row and column of output pixel m. */
fn place(m: u32) -> vec3u {
  if (POOL) {
    let window = m / 4u;
    let p = window / WINDOWS_W % WINDOWS_H * 2u + m / 2u % 2u;
    return vec3u(window / (WINDOWS_H * WINDOWS_W), p, window % WINDOWS_W * 2u + m % 2u);
  }
  return vec3u(m / (P * Q), m / Q % P, m % Q);
}

/** x under output pixel m at tap t = (r, s, c). */
fn valueA(m: u32, t: u32) -> f32 {
  let at = place(m);
  let h = at.y * STRIDE_H + t / C / S * DILATION_H - TOP; // wraps to a huge number above the image
  let v = at.z * STRIDE_W + t / C % S * DILATION_W - LEFT;
  if (m >= ROWS || t >= DEPTH || h >= H || v >= W) { return 0.0; }
  return x[((at.x * H + h) * W + v) * C + t % C];
}

fn valueB(t: u32, k: u32) -> f32 {
  if (t >= DEPTH || k >= K) { return 0.0; }
  return w[t * K + k];
}

/** The nth value of y, of channel k. */
fn finish(sum: f32, k: u32, n: u32) -> f32 {
  var value = sum;
  if (BIAS) { value += b[k]; }
  if (RELU) { value = rectified(vec4f(value)).x; }
  if (DROP) {
    let drawn = pcg4d(vec4u(n / 4u, STREAM, state[1], state[0]))[n % 4u];
    value = select(0.0, SCALE * value, drawn >= THRESHOLD);
  }
  return value;
}

/** Writes the largest of a window's four pixels, four channels from k on. */
fn storePooled(window: u32, k: u32, pixels: array<vec4f, 4>) {
  var bias = vec4f();
  if (BIAS) { bias = vec4f(b[k], b[k + 1u], b[k + 2u], b[k + 3u]); }
  let largest =
    largestOf(pixels[0] + bias, pixels[1] + bias, pixels[2] + bias, pixels[3] + bias, vec4u(0u, 1u, 2u, 3u));
  for (var j = 0u; j < 4u; j++) { y[window * K + k + j] = largest.value[j]; }
  which[window * (K / 4u) + k / 4u] = largest.which;
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = workgroup.x * 64u;
  let column = workgroup.y * 64u;
  var acc: array<vec4f, 4>; // row i of the invocation's 4×4
  for (var i = 0u; i < 4u; i++) { acc[i] = vec4f(); }

  for (var depth = 0u; depth < DEPTH; depth += 16u) {
    var quadA: vec4f;
    var quadB: vec4f;
    for (var i = 0u; i < 4u; i++) {
      quadA[i] = valueA(row + local.x * 4u + i, depth + local.y);
      quadB[i] = valueB(depth + local.y, column + local.x * 4u + i);
    }
    workgroupBarrier(); // the last step's reads are over
    tileA[local.y][local.x] = quadA;
    tileB[local.y][local.x] = quadB;
    workgroupBarrier();
    for (var d = 0u; d < 16u; d++) {
      let u = tileA[d][local.y];
      let v = tileB[d][local.x];
      acc[0] += u.x * v;
      acc[1] += u.y * v;
      acc[2] += u.z * v;
      acc[3] += u.w * v;
    }
  }

  if (POOL) {
    let m = row + local.y * 4u;
    let n = column + local.x * 4u;
    if (m < ROWS && n < COLUMNS) { storePooled(m / 4u, n, acc); }
    return;
  }
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let m = row + local.y * 4u + i;
      let n = column + local.x * 4u + j;
      if (m < ROWS && n < COLUMNS) { y[m * K + n] = finish(acc[i][j], n, m * K + n); }
    }
  }
}
