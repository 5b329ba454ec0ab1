// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k], where dy is what
// the gradient of a 2x2 max pool would have written: dy and `which` are of the pooled image (conv2dSubgroup).
// The idea: of a window's four values of dy three are 0, so a product is made only with the x that the maximum came from.
// A subgroup computes 24 rows of dw (a row is one r,s,c) × (4 · LANES) columns, its lanes span the columns. Of every window
// a lane loads dy and `which` of its columns, and x at pixel lane % 4 for every (lane / 4)-th vec4 of rows, so that four
// lanes hold a row at the four pixels, and a shuffle by `which` picks one: 8 loads, or 5 with 8 lanes, and 24 shuffles of a
// vec4 for 24 vec4 multiply-adds. With the others' products it took 1.54 times as long (conv 3x3 32→64, lavapipe, November
// 2026), and the sums are the same to the bit; but ±∞ in x that no maximum came from is not met by a 0. 32 rows make too
// long a loop (conv2dSubgroup) and took 1.25 times as long (Zen 3, 26 November 2026).
// The windows are dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is one subgroup. C and
// K are multiples of 4.
// parts: bytes, conv
enable subgroups;

const PADDED = false; // can a filter reach outside the image?
const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const WINDOWS = N * WINDOWS_H * WINDOWS_W;
const ROWS = R * S * C;
const BLOCK = 24u; // rows a subgroup computes
const HALVES = min(LANES / 4u, 2u); // fours of lanes that hold x for the others
const LOADS = BLOCK / (4u * HALVES); // of x, per lane and window

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>;
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

/** A row's x at the pixels where the maxima of four columns were: `v` of the lanes that hold it. */
fn picked(v: f32, lanes: vec4u) -> vec4f {
  return vec4f(
    subgroupShuffle(v, lanes.x), subgroupShuffle(v, lanes.y), subgroupShuffle(v, lanes.z), subgroupShuffle(v, lanes.w));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);
  let split = workgroup.z;

  // The rows that this lane holds, at its pixel: where their x lies, seen from the corner of a window's first filter.
  var down: array<u32, LOADS>;
  var right: array<u32, LOADS>;
  var c: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let j = min(first / 4u + i * HALVES + lane / 4u % HALVES, ROWS / 4u - 1u);
    let tap = j / (C / 4u);
    down[i] = tap / S * DILATION_H + lane / 2u % 2u * STRIDE_H - TOP;
    right[i] = tap % S * DILATION_W + lane % 2u * STRIDE_W - LEFT;
    c[i] = j % (C / 4u);
  }

  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = vec4f(); }
  var bias = vec4f();

  // The window, counted up without divisions.
  let begin = split * (SHARE / 4u);
  let end = min(begin + SHARE / 4u, WINDOWS);
  var across = begin % WINDOWS_W;
  var below = begin / WINDOWS_W % WINDOWS_H;
  var image = begin / (WINDOWS_H * WINDOWS_W) * H;

  for (var window = begin; window < end; window++) {
    let at = window * (K / 4u) + k;
    let pixel = unpackBytes(which[at]);
    let g = select(dy[at], vec4f(), pixel == vec4u(4u)); // 4: nothing passed the ReLU
    bias += g;
    let holder = array(pixel & vec4u(3u), (pixel & vec4u(3u)) + vec4u(4u)); // the lanes that hold x there
    var v: array<vec4f, LOADS>;
    for (var i = 0u; i < LOADS; i++) {
      let h = 2u * below * STRIDE_H + down[i]; // wraps to a huge number above the image
      let u = 2u * across * STRIDE_W + right[i];
      v[i] = x[((image + h) * W + u) * (C / 4u) + c[i]];
      if (PADDED) { v[i] = select(vec4f(), v[i], h < H && u < W); }
    }
    a[0] += g * picked(v[0u / HALVES][0], holder[0u % HALVES]);
    a[1] += g * picked(v[0u / HALVES][1], holder[0u % HALVES]);
    a[2] += g * picked(v[0u / HALVES][2], holder[0u % HALVES]);
    a[3] += g * picked(v[0u / HALVES][3], holder[0u % HALVES]);
    a[4] += g * picked(v[1u / HALVES][0], holder[1u % HALVES]);
    a[5] += g * picked(v[1u / HALVES][1], holder[1u % HALVES]);
    a[6] += g * picked(v[1u / HALVES][2], holder[1u % HALVES]);
    a[7] += g * picked(v[1u / HALVES][3], holder[1u % HALVES]);
    a[8] += g * picked(v[2u / HALVES][0], holder[2u % HALVES]);
    a[9] += g * picked(v[2u / HALVES][1], holder[2u % HALVES]);
    a[10] += g * picked(v[2u / HALVES][2], holder[2u % HALVES]);
    a[11] += g * picked(v[2u / HALVES][3], holder[2u % HALVES]);
    a[12] += g * picked(v[3u / HALVES][0], holder[3u % HALVES]);
    a[13] += g * picked(v[3u / HALVES][1], holder[3u % HALVES]);
    a[14] += g * picked(v[3u / HALVES][2], holder[3u % HALVES]);
    a[15] += g * picked(v[3u / HALVES][3], holder[3u % HALVES]);
    a[16] += g * picked(v[4u / HALVES][0], holder[4u % HALVES]);
    a[17] += g * picked(v[4u / HALVES][1], holder[4u % HALVES]);
    a[18] += g * picked(v[4u / HALVES][2], holder[4u % HALVES]);
    a[19] += g * picked(v[4u / HALVES][3], holder[4u % HALVES]);
    a[20] += g * picked(v[5u / HALVES][0], holder[5u % HALVES]);
    a[21] += g * picked(v[5u / HALVES][1], holder[5u % HALVES]);
    a[22] += g * picked(v[5u / HALVES][2], holder[5u % HALVES]);
    a[23] += g * picked(v[5u / HALVES][3], holder[5u % HALVES]);
    across++;
    if (across == WINDOWS_W) {
      across = 0u;
      below++;
      if (below == WINDOWS_H) {
        below = 0u;
        image += H;
      }
    }
  }

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  let last = min(first + BLOCK, ROWS);
  for (var row = first; row < last; row++) { dw[(split * ROWS + row) * (K / 4u) + k] = a[row % BLOCK]; }
  if (first == 0u) { db[split * (K / 4u) + k] = bias; }
}
