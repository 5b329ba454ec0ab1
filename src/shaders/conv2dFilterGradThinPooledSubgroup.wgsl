// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k], where dy is what
// the gradient of a 2x2 max pool would have written: dy and `which` are of the pooled image (conv2dSubgroup).
// conv2dFilterGradPooledSubgroup for the few input channels of a first layer: a subgroup computes all R·S·C taps, at
// most 16, × (4 · LANES) columns, its lanes span the columns. Of every window a lane loads dy and `which` of its
// columns, and all taps at pixel lane % 4; a shuffle by `which` picks, for each column, the tap at the pixel whose value was the
// maximum: TAPS shuffles of a vec4 for TAPS vec4 multiply-adds, 1.29 times as fast as with all four pixels' products (lavapipe,
// November 2026). The windows are dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is
// one subgroup. K is a multiple of 4.
// parts: bytes, conv
enable subgroups;

const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const WINDOWS = N * WINDOWS_H * WINDOWS_W;
const TAPS = R * S * C;
const QUADS = (TAPS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> which: array<u32>;
@group(0) @binding(3) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

/** Where a tap lies in its window: down, right, and the channel; far outside the image for one that is not there. */
fn place(tap: u32) -> vec3u {
  let down = select(H, tap / (S * C) * DILATION_H - TOP, tap < TAPS);
  return vec3u(down, tap / C % S * DILATION_W - LEFT, tap % C);
}

/** The value under a tap of the window whose corner is at (top, left), counted from the padding's. */
fn value(image: u32, top: u32, left: u32, tap: vec3u) -> f32 {
  let h = top + tap.x; // wraps to a huge number above the image
  let v = left + tap.y;
  if (h >= H || v >= W) { return 0.0; }
  return x[((image + h) * W + v) * C + tap.z];
}

/** A tap at the pixels where the maxima of four columns were: `v` of the lanes that hold it. */
fn picked(v: f32, lanes: vec4u) -> vec4f {
  return vec4f(
    subgroupShuffle(v, lanes.x), subgroupShuffle(v, lanes.y), subgroupShuffle(v, lanes.z), subgroupShuffle(v, lanes.w));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);
  let split = workgroup.z;

  var taps: array<vec3u, 16>;
  for (var i = 0u; i < 16u; i++) { taps[i] = place(i); }

  var a: array<vec4f, 16>;
  for (var tap = 0u; tap < 16u; tap++) { a[tap] = vec4f(); }
  var bias = vec4f();

  let begin = split * (SHARE / 4u);
  let end = min(begin + SHARE / 4u, WINDOWS);
  var across = begin % WINDOWS_W;
  var down = begin / WINDOWS_W % WINDOWS_H;
  var image = begin / (WINDOWS_H * WINDOWS_W) * H;

  for (var window = begin; window < end; window++) {
    let at = window * (K / 4u) + k;
    let maximum = unpackBytes(which[at]);
    let g = select(dy[at], vec4f(), maximum == vec4u(4u)); // 4: nothing passed the ReLU
    bias += g;
    let pixel = maximum & vec4u(3u); // the lane that holds it, too
    let top = (2u * down + lane % 4u / 2u) * STRIDE_H;
    let left = (2u * across + lane % 2u) * STRIDE_W;
    var v: array<vec4f, 4>;
    for (var j = 0u; j < QUADS; j++) {
      v[j] = vec4f(
        value(image, top, left, taps[4u * j]), value(image, top, left, taps[4u * j + 1u]),
        value(image, top, left, taps[4u * j + 2u]), value(image, top, left, taps[4u * j + 3u]));
    }
    if (0u < TAPS) { a[0] += g * picked(v[0][0], pixel); }
    if (1u < TAPS) { a[1] += g * picked(v[0][1], pixel); }
    if (2u < TAPS) { a[2] += g * picked(v[0][2], pixel); }
    if (3u < TAPS) { a[3] += g * picked(v[0][3], pixel); }
    if (4u < TAPS) { a[4] += g * picked(v[1][0], pixel); }
    if (5u < TAPS) { a[5] += g * picked(v[1][1], pixel); }
    if (6u < TAPS) { a[6] += g * picked(v[1][2], pixel); }
    if (7u < TAPS) { a[7] += g * picked(v[1][3], pixel); }
    if (8u < TAPS) { a[8] += g * picked(v[2][0], pixel); }
    if (9u < TAPS) { a[9] += g * picked(v[2][1], pixel); }
    if (10u < TAPS) { a[10] += g * picked(v[2][2], pixel); }
    if (11u < TAPS) { a[11] += g * picked(v[2][3], pixel); }
    if (12u < TAPS) { a[12] += g * picked(v[3][0], pixel); }
    if (13u < TAPS) { a[13] += g * picked(v[3][1], pixel); }
    if (14u < TAPS) { a[14] += g * picked(v[3][2], pixel); }
    if (15u < TAPS) { a[15] += g * picked(v[3][3], pixel); }
    across++;
    if (across == WINDOWS_W) {
      across = 0u;
      down++;
      if (down == WINDOWS_H) {
        down = 0u;
        image += H;
      }
    }
  }

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  for (var tap = 0u; tap < TAPS; tap++) {
    dw[(split * TAPS + tap) * (K / 4u) + k] = a[tap];
  }
  db[split * (K / 4u) + k] = bias;
}
