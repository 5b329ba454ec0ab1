// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: a subgroup computes 32 rows of dw (a row is one r,s,c) × (4 · LANES) columns, its lanes span
// the columns. For every four output pixels a lane loads its vec4 of dy and one vec4 of x (four rows) for
// every (4 · LANES)-th row, passed around by broadcast: 4 + 32/LANES vec4 loads for 128 vec4 multiply-adds.
// The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is one
// subgroup. C and K are multiples of 4.
// Behind a pool conv2dFilterGradPooledSubgroup serves.
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
const PADDED = false; // can a window reach outside the image?
const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const PIXELS = N * P * Q;
const ROWS = R * S * C;
const BLOCK = 32u; // rows a subgroup computes
const HOLDERS = min(LANES, 8u); // lanes that hold x for the others
const LOADS = BLOCK / (4u * HOLDERS);

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(3) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);
  let split = workgroup.z;

  // The rows that this lane holds: where their x lies, seen from the window's corner.
  var down: array<u32, LOADS>;
  var right: array<u32, LOADS>;
  var c: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let j = min(first / 4u + i * HOLDERS + lane % HOLDERS, ROWS / 4u - 1u);
    let tap = j / (C / 4u);
    down[i] = tap / S * DILATION_H - TOP;
    right[i] = tap % S * DILATION_W - LEFT;
    c[i] = j % (C / 4u);
  }

  var a: array<mat4x4f, 8>; // column i of a[j] is dw's row 4j + i
  for (var i = 0u; i < 8u; i++) { a[i] = mat4x4f(); }
  var bias = vec4f();

  // The output pixel, counted up without divisions.
  let end = min((split + 1u) * SHARE, PIXELS);
  var q = split * SHARE % Q;
  var p = split * SHARE / Q % P;
  var image = split * SHARE / (P * Q) * H;

  for (var pixel = split * SHARE; pixel < end; pixel += 4u) {
    var g: mat4x4f; // column m is dy of pixel + m
    var v: array<mat4x4f, LOADS>; // and this is x
    for (var m = 0u; m < 4u; m++) {
      let live = pixel + m < end;
      g[m] = select(vec4f(), dy[(pixel + m) * (K / 4u) + k], live);
      bias += g[m];
      for (var i = 0u; i < LOADS; i++) {
        let h = p * STRIDE_H + down[i]; // wraps to a huge number above the image
        let u = q * STRIDE_W + right[i];
        v[i][m] = x[select(0u, ((image + h) * W + u) * (C / 4u) + c[i], live)];
        if (PADDED) { v[i][m] = select(vec4f(), v[i][m], h < H && u < W); }
      }
      q++;
      if (q == Q) {
        q = 0u;
        p++;
        if (p == P) {
          p = 0u;
          image += H;
        }
      }
    }
    a[0] += g * transpose(mat4x4f(
      subgroupBroadcast(v[0u / HOLDERS][0], 0u % HOLDERS), subgroupBroadcast(v[0u / HOLDERS][1], 0u % HOLDERS),
      subgroupBroadcast(v[0u / HOLDERS][2], 0u % HOLDERS), subgroupBroadcast(v[0u / HOLDERS][3], 0u % HOLDERS)));
    a[1] += g * transpose(mat4x4f(
      subgroupBroadcast(v[1u / HOLDERS][0], 1u % HOLDERS), subgroupBroadcast(v[1u / HOLDERS][1], 1u % HOLDERS),
      subgroupBroadcast(v[1u / HOLDERS][2], 1u % HOLDERS), subgroupBroadcast(v[1u / HOLDERS][3], 1u % HOLDERS)));
    a[2] += g * transpose(mat4x4f(
      subgroupBroadcast(v[2u / HOLDERS][0], 2u % HOLDERS), subgroupBroadcast(v[2u / HOLDERS][1], 2u % HOLDERS),
      subgroupBroadcast(v[2u / HOLDERS][2], 2u % HOLDERS), subgroupBroadcast(v[2u / HOLDERS][3], 2u % HOLDERS)));
    a[3] += g * transpose(mat4x4f(
      subgroupBroadcast(v[3u / HOLDERS][0], 3u % HOLDERS), subgroupBroadcast(v[3u / HOLDERS][1], 3u % HOLDERS),
      subgroupBroadcast(v[3u / HOLDERS][2], 3u % HOLDERS), subgroupBroadcast(v[3u / HOLDERS][3], 3u % HOLDERS)));
    a[4] += g * transpose(mat4x4f(
      subgroupBroadcast(v[4u / HOLDERS][0], 4u % HOLDERS), subgroupBroadcast(v[4u / HOLDERS][1], 4u % HOLDERS),
      subgroupBroadcast(v[4u / HOLDERS][2], 4u % HOLDERS), subgroupBroadcast(v[4u / HOLDERS][3], 4u % HOLDERS)));
    a[5] += g * transpose(mat4x4f(
      subgroupBroadcast(v[5u / HOLDERS][0], 5u % HOLDERS), subgroupBroadcast(v[5u / HOLDERS][1], 5u % HOLDERS),
      subgroupBroadcast(v[5u / HOLDERS][2], 5u % HOLDERS), subgroupBroadcast(v[5u / HOLDERS][3], 5u % HOLDERS)));
    a[6] += g * transpose(mat4x4f(
      subgroupBroadcast(v[6u / HOLDERS][0], 6u % HOLDERS), subgroupBroadcast(v[6u / HOLDERS][1], 6u % HOLDERS),
      subgroupBroadcast(v[6u / HOLDERS][2], 6u % HOLDERS), subgroupBroadcast(v[6u / HOLDERS][3], 6u % HOLDERS)));
    a[7] += g * transpose(mat4x4f(
      subgroupBroadcast(v[7u / HOLDERS][0], 7u % HOLDERS), subgroupBroadcast(v[7u / HOLDERS][1], 7u % HOLDERS),
      subgroupBroadcast(v[7u / HOLDERS][2], 7u % HOLDERS), subgroupBroadcast(v[7u / HOLDERS][3], 7u % HOLDERS)));
  }

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  for (var i = 0u; i < BLOCK; i++) {
    if (first + i < ROWS) { dw[(split * ROWS + first + i) * (K / 4u) + k] = a[i / 4u][i % 4u]; }
  }
  if (first == 0u) { db[split * (K / 4u) + k] = bias; }
}
