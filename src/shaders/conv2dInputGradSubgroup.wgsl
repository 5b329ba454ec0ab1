// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea is conv2dSubgroup's with the weights transposed: a subgroup computes 16 input pixels ×
// (4 · LANES) channels, its lanes span the channels. For every two k a lane loads the 4x2 weights of its
// own channels (a row of w each) and one vec2 of dy for every LANES-th pixel, passed around as there:
// 4 + 16/LANES vec2 loads for 32 vec4 multiply-adds. Twice as many pixels make too long a loop
// (conv2dSubgroup): 1.23 times as long behind a pool, 1.15 without (lavapipe, Zen 3, 26 November 2026).
// Pixels are counted image last, so a block shares its place in the image when N is a multiple of 16, and taps that
// miss dy are skipped as a whole (of 3x3 over 5x5 pixels, 64 % are). One workgroup is one subgroup. C and K are multiples of 4.
// With POOL dy and `which` are of the pooled image (conv2dSubgroup), and a pixel of dy is what the pool's gradient
// would have put there. With MASK x came out of a ReLU, whose gradient is applied on the way out.
// parts: conv, nan, vec4f
enable subgroups;

const POOL = false;
const MASK = false; // keep dx where x > 0 only, times SCALE
const SCALE = 1f;
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const PIXELS = N * H * W;
const BLOCK = 16u; // pixels a subgroup computes
const LOADS = max(BLOCK / LANES, 1u); // of dy, per lane and two k
const ROWS = select(P, 2u * WINDOWS_H, POOL); // of dy, as far as it is not 0
const COLUMNS = select(Q, 2u * WINDOWS_W, POOL);

@group(0) @binding(0) var<storage, read> dy: array<vec2f>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<vec2f>;
@group(0) @binding(3) var<storage, read> x: array<vec4f>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;

/** Row (or column) of dy that reaches `at` = h + top − r·dilation; huge when none does. */
fn source(at: u32, stride: u32) -> u32 {
  if (stride == 1u) { return at; }
  return select(0xffffffffu, at / stride, at % stride == 0u);
}

/** dy at value i, or with POOL what of it belongs to the pixel: the channels whose byte of `differs` is 0. */
fn cotangent(i: u32, differs: u32, inside: bool) -> vec2f {
  let live = vec2<bool>(!POOL || (differs & 0xffu) == 0u, !POOL || (differs & 0xff00u) == 0u);
  return select(vec2f(), dy[i], live & vec2<bool>(inside));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let c = min(workgroup.y * LANES + lane, C / 4u - 1u);

  var n: array<u32, LOADS>;
  var bottom: array<u32, LOADS>; // h + top and w + left of each of this lane's pixels
  var right: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let pixel = min(first + min(i * LANES + lane, BLOCK - 1u), PIXELS - 1u); // there may be more lanes than pixels
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
        inside[i] = N % BLOCK == 0u || (p < ROWS && q < COLUMNS);
        number[i] = p % 2u * 2u + q % 2u;
        let pixel = (n[i] * P + p) * Q + q;
        let window = (n[i] * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
        at[i] = select(0u, select(pixel, window, POOL) * (K / 2u), inside[i]);
      }
      var differs: array<u32, LOADS>; // a byte a channel: 0 where its maximum was this pixel
      for (var k = 0u; k < K / 2u; k++) {
        if (POOL) {
          for (var i = 0u; i < LOADS; i++) {
            if (k % 2u == 0u) {
              differs[i] = which[(at[i] + k) / 2u] ^ (number[i] * 0x01010101u);
            } else {
              differs[i] >>= 16u;
            }
          }
        }
        let row = ((r * S + s) * C + c * 4u) * (K / 2u) + k;
        let weights = mat4x2f(w[row], w[row + K / 2u], w[row + 2u * (K / 2u)], w[row + 3u * (K / 2u)]);
        var v: array<vec2f, LOADS>;
        var q: array<vec2f, BLOCK / 4u>; // the same four pixels in every quad
        for (var i = 0u; i < LOADS; i++) { v[i] = cotangent(at[i] + k, differs[i], inside[i]); }
        for (var i = 0u; i < BLOCK / 4u; i++) { q[i] = subgroupShuffle(v[i * 4u / LANES], i * 4u % LANES + lane % 4u); }
        a[0] += quadBroadcast(q[0], 0u) * weights;
        a[1] += quadBroadcast(q[0], 1u) * weights;
        a[2] += quadBroadcast(q[0], 2u) * weights;
        a[3] += quadBroadcast(q[0], 3u) * weights;
        a[4] += quadBroadcast(q[1], 0u) * weights;
        a[5] += quadBroadcast(q[1], 1u) * weights;
        a[6] += quadBroadcast(q[1], 2u) * weights;
        a[7] += quadBroadcast(q[1], 3u) * weights;
        a[8] += quadBroadcast(q[2], 0u) * weights;
        a[9] += quadBroadcast(q[2], 1u) * weights;
        a[10] += quadBroadcast(q[2], 2u) * weights;
        a[11] += quadBroadcast(q[2], 3u) * weights;
        a[12] += quadBroadcast(q[3], 0u) * weights;
        a[13] += quadBroadcast(q[3], 1u) * weights;
        a[14] += quadBroadcast(q[3], 2u) * weights;
        a[15] += quadBroadcast(q[3], 3u) * weights;
      }
    }
  }

  if (workgroup.y * LANES + lane >= C / 4u) { return; }
  let end = min(first + BLOCK, PIXELS);
  for (var pixel = first; pixel < end; pixel++) {
    let at = (pixel % N * (H * W) + pixel / N) * (C / 4u) + c;
    var value = a[pixel % BLOCK];
    if (MASK) { value = select(vec4f(), value * SCALE, passes(x[at])); }
    dx[at] = value;
  }
}
