// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: a subgroup computes 32 rows of dw (a row is one r,s,c) × (4 · LANES) columns, its lanes span
// the columns. For every output pixel a lane loads its vec4 of dy and one vec4 of x (four rows) for every
// (4 · LANES)-th row, passed around by broadcast: 1 + 8/LANES vec4 loads for 32 vec4 multiply-adds. Four pixels a turn
// make too long a loop (conv2dSubgroup), 5,900 instructions on lavapipe; this one has 1,520 and is 1.35 to 1.43 times as fast
// (Zen 3, 26 November 2026).
// The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is one
// subgroup. C and K are multiples of 4.
// Behind a pool conv2dFilterGradPooledSubgroup serves.
// parts: conv
enable subgroups;

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

  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = vec4f(); }
  var bias = vec4f();

  // The output pixel, counted up without divisions.
  let end = min((split + 1u) * SHARE, PIXELS);
  var q = split * SHARE % Q;
  var p = split * SHARE / Q % P;
  var image = split * SHARE / (P * Q) * H;

  for (var pixel = split * SHARE; pixel < end; pixel++) {
    let g = dy[pixel * (K / 4u) + k];
    bias += g;
    var v: array<vec4f, LOADS>;
    for (var i = 0u; i < LOADS; i++) {
      let h = p * STRIDE_H + down[i]; // wraps to a huge number above the image
      let u = q * STRIDE_W + right[i];
      v[i] = x[((image + h) * W + u) * (C / 4u) + c[i]];
      if (PADDED) { v[i] = select(vec4f(), v[i], h < H && u < W); }
    }
    let row0 = subgroupBroadcast(v[0u / HOLDERS], 0u % HOLDERS);
    a[0] += g * row0.x;
    a[1] += g * row0.y;
    a[2] += g * row0.z;
    a[3] += g * row0.w;
    let row1 = subgroupBroadcast(v[1u / HOLDERS], 1u % HOLDERS);
    a[4] += g * row1.x;
    a[5] += g * row1.y;
    a[6] += g * row1.z;
    a[7] += g * row1.w;
    let row2 = subgroupBroadcast(v[2u / HOLDERS], 2u % HOLDERS);
    a[8] += g * row2.x;
    a[9] += g * row2.y;
    a[10] += g * row2.z;
    a[11] += g * row2.w;
    let row3 = subgroupBroadcast(v[3u / HOLDERS], 3u % HOLDERS);
    a[12] += g * row3.x;
    a[13] += g * row3.y;
    a[14] += g * row3.z;
    a[15] += g * row3.w;
    let row4 = subgroupBroadcast(v[4u / HOLDERS], 4u % HOLDERS);
    a[16] += g * row4.x;
    a[17] += g * row4.y;
    a[18] += g * row4.z;
    a[19] += g * row4.w;
    let row5 = subgroupBroadcast(v[5u / HOLDERS], 5u % HOLDERS);
    a[20] += g * row5.x;
    a[21] += g * row5.y;
    a[22] += g * row5.z;
    a[23] += g * row5.w;
    let row6 = subgroupBroadcast(v[6u / HOLDERS], 6u % HOLDERS);
    a[24] += g * row6.x;
    a[25] += g * row6.y;
    a[26] += g * row6.z;
    a[27] += g * row6.w;
    let row7 = subgroupBroadcast(v[7u / HOLDERS], 7u % HOLDERS);
    a[28] += g * row7.x;
    a[29] += g * row7.y;
    a[30] += g * row7.z;
    a[31] += g * row7.w;
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

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  let last = min(first + BLOCK, ROWS);
  for (var row = first; row < last; row++) { dw[(split * ROWS + row) * (K / 4u) + k] = a[row % BLOCK]; }
  if (first == 0u) { db[split * (K / 4u) + k] = bias; }
}
