// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k], for GPUs, where
// the filter has few rows: of a first layer. The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits.
// The idea: an invocation keeps all rows of four columns, over every ACROSSth pixel of its workgroup's share; then the
// workgroup adds what its invocations have, a few rows at a time. K is a multiple of 4.
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
const TOP = 0u;
const LEFT = 0u;
const PADDED = true;
const POOL = false; // dy and `which` are of the pooled image, see conv2dTiled
const SPLIT = 1u; // partial sums
const SHARE = 16u; // pixels of one partial sum, a multiple of 4
const QUADS = 1u; // vec4s of columns that a workgroup computes, a power of 2

const LANES = 256u;
const ACROSS = LANES / QUADS; // invocations of the same columns
const ROWS = R * S * C;
const WINDOWS_H = max(P / 2u, 1u);
const WINDOWS_W = max(Q / 2u, 1u);
const PIXELS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const AT_ONCE = 4u; // rows that are added at once

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

var<workgroup> room: array<vec4f, LANES * AT_ONCE>;
var<private> sums: array<vec4f, ROWS + 1u>; // the last is that of dy alone

fn add(n: u32, p: u32, q: u32, cotangent: vec4f) {
  let h = p * STRIDE_H - TOP; // wraps above the image
  let v = q * STRIDE_W - LEFT;
  for (var row = 0u; row < ROWS; row++) {
    let down = h + row / C / S * DILATION_H;
    let along = v + row / C % S * DILATION_W;
    let isThere = !PADDED || (down < H && along < W);
    let value = select(0.0, x[select(0u, ((n * H + down) * W + along) * C + row % C, isThere)], isThere);
    sums[row] += value * cotangent;
  }
  sums[ROWS] += cotangent;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = workgroup.y * QUADS + lane % QUADS;
  let column = min(quad, K / 4u - 1u);
  let end = min((workgroup.z + 1u) * SHARE, PIXELS);
  for (var row = 0u; row <= ROWS; row++) { sums[row] = vec4f(); }
  if (POOL) {
    for (var window = workgroup.z * (SHARE / 4u) + lane / QUADS; window < end / 4u; window += ACROSS) {
      let n = window / (WINDOWS_H * WINDOWS_W);
      let p = window / WINDOWS_W % WINDOWS_H * 2u;
      let q = window % WINDOWS_W * 2u;
      let cotangent = dy[window * (K / 4u) + column];
      let maxima = (vec4u(which[window * (K / 4u) + column]) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(7u);
      add(n, p, q, select(vec4f(), cotangent, maxima == vec4u(0u)));
      add(n, p, q + 1u, select(vec4f(), cotangent, maxima == vec4u(1u)));
      add(n, p + 1u, q, select(vec4f(), cotangent, maxima == vec4u(2u)));
      add(n, p + 1u, q + 1u, select(vec4f(), cotangent, maxima == vec4u(3u)));
    }
  } else {
    for (var pixel = workgroup.z * SHARE + lane / QUADS; pixel < end; pixel += ACROSS) {
      add(pixel / (P * Q), pixel / Q % P, pixel % Q, dy[pixel * (K / 4u) + column]);
    }
  }

  for (var first = 0u; first <= ROWS; first += AT_ONCE) {
    workgroupBarrier();
    for (var i = 0u; i < AT_ONCE; i++) { room[i * LANES + lane] = sums[min(first + i, ROWS)]; }
    workgroupBarrier();
    let row = first + lane / QUADS;
    if (lane < AT_ONCE * QUADS && row <= ROWS && quad < K / 4u) {
      var sum = vec4f();
      for (var other = 0u; other < ACROSS; other++) { sum += room[lane / QUADS * LANES + other * QUADS + lane % QUADS]; }
      if (row < ROWS) { dw[(workgroup.z * ROWS + row) * (K / 4u) + quad] = sum; }
      else { db[workgroup.z * (K / 4u) + quad] = sum; }
    }
  }
}
