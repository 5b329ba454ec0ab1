// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea is conv2dSubgroup's with the weights transposed: a subgroup computes 32 input pixels ×
// (4 · LANES) channels, its lanes span the channels. For every four k a lane loads the 4x4 weights of its
// own channels (a row of w each) and one vec4 of dy for every LANES-th pixel, passed around by broadcast:
// 4 + 32/LANES vec4 loads for 128 vec4 multiply-adds. Pixels are counted image last, so a block shares its
// place in the image when N is a multiple of 32, and taps that miss dy are skipped as a whole (of 3x3 over
// 5x5 pixels, 64 % are). One workgroup is one subgroup. C and K are multiples of 4.
// With POOL dy and `which` are of the pooled image (conv2dSubgroup), and a pixel of dy is what the pool's gradient
// would have put there. With MASK x came out of a ReLU, whose gradient is applied on the way out.
enable subgroups;

const N = 1u;
const H = 3u;
const W = 3u;
const C = 4u;
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
const POOL = false;
const MASK = false; // keep dx where x > 0 only, times SCALE
const SCALE = 1f;
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const PIXELS = N * H * W;
const BLOCK = 32u; // pixels a subgroup computes
const LOADS = BLOCK / LANES; // of dy, per lane and four k
const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const ROWS = select(P, 2u * WINDOWS_H, POOL); // of dy, as far as it is not 0
const COLUMNS = select(Q, 2u * WINDOWS_W, POOL);

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;

/** Row (or column) of dy that reaches `at` = h + top − r·dilation; huge when none does. */
fn source(at: u32, stride: u32) -> u32 {
  if (stride == 1u) { return at; }
  return select(0xffffffffu, at / stride, at % stride == 0u);
}

/** dy at value i of its image, or what of it belongs to pixel `number` of the window. */
fn cotangent(i: u32, number: u32, inside: bool) -> vec4f {
  if (POOL) {
    let here = ((vec4u(which[i]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(7u)) == vec4u(number);
    return select(vec4f(), dy[i], here & vec4<bool>(inside));
  }
  return select(vec4f(), dy[i], inside);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let c = min(workgroup.y * LANES + lane, C / 4u - 1u);

  var n: array<u32, LOADS>;
  var bottom: array<u32, LOADS>; // h + top and w + left of each of this lane's pixels
  var right: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let pixel = min(first + i * LANES + lane, PIXELS - 1u);
    n[i] = pixel % N;
    bottom[i] = pixel / N / W + TOP;
    right[i] = pixel / N % W + LEFT;
  }

  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = vec4f(); }

  for (var r = 0u; r < R; r++) {
    for (var s = 0u; s < S; s++) {
      if (N % BLOCK == 0u) {
        let p = source(first / N / W + TOP - r * DILATION_H, STRIDE_H);
        let q = source(first / N % W + LEFT - s * DILATION_W, STRIDE_W);
        if (p >= ROWS || q >= COLUMNS) { continue; }
      }
      var at: array<u32, LOADS>;
      var inside: array<bool, LOADS>;
      var number: array<u32, LOADS>; // of the pixel in its window
      for (var i = 0u; i < LOADS; i++) {
        let p = source(bottom[i] - r * DILATION_H, STRIDE_H); // wraps to a huge number above the first row
        let q = source(right[i] - s * DILATION_W, STRIDE_W);
        inside[i] = p < ROWS && q < COLUMNS;
        number[i] = p % 2u * 2u + q % 2u;
        let pixel = (n[i] * P + p) * Q + q;
        let window = (n[i] * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
        at[i] = select(0u, select(pixel, window, POOL) * (K / 4u), inside[i]);
      }
      for (var k = 0u; k < K / 4u; k++) {
        let row = ((r * S + s) * C + c * 4u) * (K / 4u) + k;
        let weights = mat4x4f(w[row], w[row + K / 4u], w[row + 2u * (K / 4u)], w[row + 3u * (K / 4u)]);
        var v: array<vec4f, LOADS>;
        for (var i = 0u; i < LOADS; i++) { v[i] = cotangent(at[i] + k, number[i], inside[i]); }
        a[0] += subgroupBroadcast(v[0u / LANES], 0u % LANES) * weights;
        a[1] += subgroupBroadcast(v[1u / LANES], 1u % LANES) * weights;
        a[2] += subgroupBroadcast(v[2u / LANES], 2u % LANES) * weights;
        a[3] += subgroupBroadcast(v[3u / LANES], 3u % LANES) * weights;
        a[4] += subgroupBroadcast(v[4u / LANES], 4u % LANES) * weights;
        a[5] += subgroupBroadcast(v[5u / LANES], 5u % LANES) * weights;
        a[6] += subgroupBroadcast(v[6u / LANES], 6u % LANES) * weights;
        a[7] += subgroupBroadcast(v[7u / LANES], 7u % LANES) * weights;
        a[8] += subgroupBroadcast(v[8u / LANES], 8u % LANES) * weights;
        a[9] += subgroupBroadcast(v[9u / LANES], 9u % LANES) * weights;
        a[10] += subgroupBroadcast(v[10u / LANES], 10u % LANES) * weights;
        a[11] += subgroupBroadcast(v[11u / LANES], 11u % LANES) * weights;
        a[12] += subgroupBroadcast(v[12u / LANES], 12u % LANES) * weights;
        a[13] += subgroupBroadcast(v[13u / LANES], 13u % LANES) * weights;
        a[14] += subgroupBroadcast(v[14u / LANES], 14u % LANES) * weights;
        a[15] += subgroupBroadcast(v[15u / LANES], 15u % LANES) * weights;
        a[16] += subgroupBroadcast(v[16u / LANES], 16u % LANES) * weights;
        a[17] += subgroupBroadcast(v[17u / LANES], 17u % LANES) * weights;
        a[18] += subgroupBroadcast(v[18u / LANES], 18u % LANES) * weights;
        a[19] += subgroupBroadcast(v[19u / LANES], 19u % LANES) * weights;
        a[20] += subgroupBroadcast(v[20u / LANES], 20u % LANES) * weights;
        a[21] += subgroupBroadcast(v[21u / LANES], 21u % LANES) * weights;
        a[22] += subgroupBroadcast(v[22u / LANES], 22u % LANES) * weights;
        a[23] += subgroupBroadcast(v[23u / LANES], 23u % LANES) * weights;
        a[24] += subgroupBroadcast(v[24u / LANES], 24u % LANES) * weights;
        a[25] += subgroupBroadcast(v[25u / LANES], 25u % LANES) * weights;
        a[26] += subgroupBroadcast(v[26u / LANES], 26u % LANES) * weights;
        a[27] += subgroupBroadcast(v[27u / LANES], 27u % LANES) * weights;
        a[28] += subgroupBroadcast(v[28u / LANES], 28u % LANES) * weights;
        a[29] += subgroupBroadcast(v[29u / LANES], 29u % LANES) * weights;
        a[30] += subgroupBroadcast(v[30u / LANES], 30u % LANES) * weights;
        a[31] += subgroupBroadcast(v[31u / LANES], 31u % LANES) * weights;
      }
    }
  }

  if (workgroup.y * LANES + lane >= C / 4u) { return; }
  for (var i = 0u; i < BLOCK; i++) {
    let pixel = first + i;
    if (pixel < PIXELS) {
      let at = (pixel % N * (H * W) + pixel / N) * (C / 4u) + c;
      if (MASK) { a[i] = select(vec4f(), a[i] * SCALE, x[at] > vec4f()); }
      dx[at] = a[i];
    }
  }
}
