// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: implicit matrix multiplication [ROWS, DEPTH] · [DEPTH, COLUMNS] through workgroup memory. A workgroup
// of 16×16 invocations computes a 64×64 tile in steps of 16 along DEPTH; an invocation keeps 4×4 of it in
// registers, so a value brought to workgroup memory is used 64 times. Any shape.
// parts: f32, nan
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
const MASK = false; // keep dx where x > 0 only, times SCALE: the gradient of the ReLU that made x
const SCALE = 1f;

const ROWS = N * H * W;
const COLUMNS = C;
const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const DEPTH = R * S * K;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

fn put(at: u32, value: f32) {
  dx[at] = select(value, select(0.0, value * SCALE, passes(x[at])), MASK);
}

var<workgroup> tileA: array<array<vec4f, 16>, 16>; // [depth][rows / 4]
var<workgroup> tileB: array<array<vec4f, 16>, 16>; // [depth][columns / 4]

/** dy of pixel (p, q), channel k. */
fn cotangent(n: u32, p: u32, q: u32, k: u32) -> f32 {
  if (!POOL) { return dy[((n * P + p) * Q + q) * K + k]; }
  if (p >= 2u * WINDOWS_H || q >= 2u * WINDOWS_W) { return 0.0; }
  let window = (n * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
  let at = (which[window * (K / 4u) + k / 4u] >> (k % 4u * 8u)) & 7u;
  return select(0.0, dy[window * K + k], at == p % 2u * 2u + q % 2u);
}

/** dy that input pixel m reaches through tap t = (r, s, k). */
fn valueA(m: u32, t: u32) -> f32 {
  let h = m / W % H + TOP - t / K / S * DILATION_H; // wraps to a huge number above the first row
  let v = m % W + LEFT - t / K % S * DILATION_W;
  let aligned = h % STRIDE_H == 0u && v % STRIDE_W == 0u;
  if (m >= ROWS || t >= DEPTH || !aligned || h / STRIDE_H >= P || v / STRIDE_W >= Q) { return 0.0; }
  return cotangent(m / (H * W), h / STRIDE_H, v / STRIDE_W, t % K);
}

fn valueB(t: u32, c: u32) -> f32 {
  if (t >= DEPTH || c >= C) { return 0.0; }
  return w[(t / K * C + c) * K + t % K];
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

  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      let m = row + local.y * 4u + i;
      let n = column + local.x * 4u + j;
      if (m < ROWS && n < COLUMNS) { put(m * C + n, acc[i][j]); }
    }
  }
}
