// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// conv2dFilterGradSubgroup for the few input channels of a first layer: a subgroup computes all R·S·C taps, at
// most 16, × (4 · LANES) columns, its lanes span the columns. Of every four output pixels a lane loads its vec4
// of dy, and all taps of one; these are passed around by broadcast: 4 vec4 and TAPS single loads for 4 · TAPS vec4
// multiply-adds. The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits. One workgroup is
// one subgroup. K is a multiple of 4.
// Behind a pool conv2dFilterGradThinPooledSubgroup serves.
// parts: conv
enable subgroups;

const SPLIT = 1u; // partial sums
const SHARE = 12u; // pixels of one partial sum, a multiple of 4
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const PIXELS = N * P * Q;
const TAPS = R * S * C;
const QUADS = (TAPS + 3u) / 4u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dw: array<vec4f>; // [SPLIT, R, S, C, K]
@group(0) @binding(3) var<storage, read_write> db: array<vec4f>; // [SPLIT, K]

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

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let k = min(workgroup.y * LANES + lane, K / 4u - 1u);
  let split = workgroup.z;

  var taps: array<vec3u, 16>;
  for (var i = 0u; i < 16u; i++) { taps[i] = place(i); }

  var a: array<mat4x4f, 4>; // column i of a[j] is dw's tap 4j + i
  for (var i = 0u; i < 4u; i++) { a[i] = mat4x4f(); }
  var bias = vec4f();

  // The pixel whose taps this lane holds.
  let end = min((split + 1u) * SHARE, PIXELS);
  let mine = split * SHARE + lane % 4u;
  var across = mine % Q;
  var down = mine / Q % P;
  var image = mine / (P * Q) * H;

  for (var pixel = split * SHARE; pixel < end; pixel += 4u) {
    var g: mat4x4f; // column m is dy of pixel + m
    for (var m = 0u; m < 4u; m++) {
      g[m] = select(vec4f(), dy[(pixel + m) * (K / 4u) + k], pixel + m < end);
      bias += g[m];
    }
    let top = down * STRIDE_H;
    let left = across * STRIDE_W;
    var v: array<vec4f, 4>;
    for (var j = 0u; j < QUADS; j++) {
      v[j] = vec4f(
        value(image, top, left, taps[4u * j]), value(image, top, left, taps[4u * j + 1u]),
        value(image, top, left, taps[4u * j + 2u]), value(image, top, left, taps[4u * j + 3u]));
    }
    for (var j = 0u; j < QUADS; j++) {
      a[j] += g * transpose(mat4x4f(
        subgroupBroadcast(v[j], 0u), subgroupBroadcast(v[j], 1u),
        subgroupBroadcast(v[j], 2u), subgroupBroadcast(v[j], 3u)));
    }
    for (across += 4u; across >= Q; across -= Q) { down++; }
    for (; down >= P; down -= P) { image += H; }
  }

  if (workgroup.y * LANES + lane >= K / 4u) { return; }
  for (var tap = 0u; tap < TAPS; tap++) {
    dw[(split * TAPS + tap) * (K / 4u) + k] = a[tap / 4u][tap % 4u];
  }
  db[split * (K / 4u) + k] = bias;
}
