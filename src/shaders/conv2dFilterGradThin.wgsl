// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k], for GPUs, where
// the filter has few rows: of a first layer.
// The idea: an invocation keeps four rows of four columns, over every ACROSSth pixel of its workgroup's share; then the
// workgroup adds what its invocations have. The row after the last is that of the bias, whose x is 1. K is a multiple of 4.
// parts: bytes, conv, splits
const PADDED = true;
const QUADS = 1u; // vec4s of columns that a workgroup computes, a power of 2

const BLOCKS = (ROWS + 4u) / 4u; // of four rows
const TOGETHER = QUADS * BLOCKS; // invocations for a pixel
const ACROSS = 256u / TOGETHER; // pixels at once
const LANES = TOGETHER * ACROSS;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

var<workgroup> room: array<array<vec4f, LANES>, 4>; // [row of the block][invocation]

/** Where four rows of the filter look, from the first tap. */
struct Rows {
  down: vec4u,
  along: vec4u,
  at: vec4u, // in x
  isOne: vec4<bool>, // the bias, and what there is beyond
}

/** Adds the products of four rows at a pixel. */
fn add(sums: ptr<function, mat4x4f>, rows: Rows, n: u32, p: u32, q: u32, cotangent: vec4f) {
  let h = p * STRIDE_H - TOP; // wraps above the image
  let v = q * STRIDE_W - LEFT;
  var isThere = !rows.isOne;
  if (PADDED) { isThere &= (h + rows.down < vec4u(H)) & (v + rows.along < vec4u(W)); }
  let at = select(vec4u(), ((n * H + h) * W + v) * C + rows.at, isThere);
  let found = select(vec4f(rows.isOne), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), isThere);
  let before = *sums;
  *sums = mat4x4f(
    before[0] + found.x * cotangent, before[1] + found.y * cotangent,
    before[2] + found.z * cotangent, before[3] + found.w * cotangent);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quad = workgroup.y * QUADS + lane % QUADS;
  let column = min(quad, K / 4u - 1u);
  let row = 4u * (lane / QUADS % BLOCKS);
  let m = row + vec4u(0u, 1u, 2u, 3u);
  let down = m / C / S * DILATION_H;
  let along = m / C % S * DILATION_W;
  let rows = Rows(down, along, (down * W + along) * C + m % C, m >= vec4u(ROWS));
  let end = min((workgroup.z + 1u) * SHARE, PIXELS);

  var sums = mat4x4f();
  if (POOL) {
    for (var window = workgroup.z * (SHARE / 4u) + lane / TOGETHER; window < end / 4u; window += ACROSS) {
      let n = window / (WINDOWS_H * WINDOWS_W);
      let p = window / WINDOWS_W % WINDOWS_H * 2u;
      let q = window % WINDOWS_W * 2u;
      let cotangent = dy[window * (K / 4u) + column];
      let maxima = unpackBytes(which[window * (K / 4u) + column]);
      add(&sums, rows, n, p, q, select(vec4f(), cotangent, maxima == vec4u(0u)));
      add(&sums, rows, n, p, q + 1u, select(vec4f(), cotangent, maxima == vec4u(1u)));
      add(&sums, rows, n, p + 1u, q, select(vec4f(), cotangent, maxima == vec4u(2u)));
      add(&sums, rows, n, p + 1u, q + 1u, select(vec4f(), cotangent, maxima == vec4u(3u)));
    }
  } else {
    for (var pixel = workgroup.z * SHARE + lane / TOGETHER; pixel < end; pixel += ACROSS) {
      add(&sums, rows, pixel / (P * Q), pixel / Q % P, pixel % Q, dy[pixel * (K / 4u) + column]);
    }
  }

  room[0][lane] = sums[0];
  room[1][lane] = sums[1];
  room[2][lane] = sums[2];
  room[3][lane] = sums[3];
  workgroupBarrier();
  for (var i = lane; i < 4u * TOGETHER; i += LANES) {
    let first = i % TOGETHER; // the invocations that have it
    var sum = vec4f();
    for (var other = first; other < LANES; other += TOGETHER) { sum += room[i / TOGETHER][other]; }
    let found = 4u * (first / QUADS) + i / TOGETHER;
    let k = workgroup.y * QUADS + first % QUADS;
    if (k < K / 4u && found < ROWS) { dw[(workgroup.z * ROWS + found) * (K / 4u) + k] = sum; }
    if (k < K / 4u && found == ROWS) { db[workgroup.z * (K / 4u) + k] = sum; }
  }
}
