// y[n,p,q,k] = b[k] + Σ_{r,s} x[n, p + r − top, q + s − left] · w[r,s,k] for 3x3 filters of stride 1 over one input channel, then
// ReLU if asked: the first layer of a network for gray images.
// The idea: a lane loads its vec4 of all nine taps once and keeps it for a run of 128 tiles of 2x2 pixels. The lanes span
// the channels, and the 16 values of x under a tile are divided among them, loaded once for 36 products: to every quad,
// then inside it. So a lane makes 16/LANES f32 loads for 36 vec4 multiply-adds, where conv2dSubgroup makes 9 of a vec4 and
// 36/LANES: 2.8 times as fast with a pool, 2 times without, on 1→32 over 28x28 (lavapipe, 26 November 2026).
// With POOL a tile is a 2x2 window: y is the pooled image, and `which` says for each of a value's four channels
// where in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU).
// One workgroup is one subgroup. K is a multiple of 4.
// parts: conv, activated
enable subgroups;

const PADDED = false; // can a window reach outside the image?
const POOL = false; // keep the maximum of each tile; a last odd row or column is dropped
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32

const TILES_H = max(select((P + 1u) / 2u, P / 2u, POOL), 1u);
const TILES_W = max(select((Q + 1u) / 2u, Q / 2u, POOL), 1u);
const TILES = N * TILES_H * TILES_W;
const RUN = 128u; // tiles that a subgroup computes, one after another
const PATCH = 16u; // values of x under a tile
const LOADS = max(PATCH / LANES, 1u); // of them, per lane
// Can a tile reach outside the image?
const OVER = PADDED || (!POOL && (P % 2u == 1u || Q % 2u == 1u));

@group(0) @binding(0) var<storage, read> x: array<f32>;

fn putAt(n: u32, p: u32, q: u32, k: u32, v: vec4f) {
  if (p < P && q < Q) { put(0u, (n * P + p) * Q + q, k, v); }
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let column = workgroup.y * LANES + lane;
  let k = min(column, VALUES - 1u);

  var taps: array<vec4f, 9>;
  for (var i = 0u; i < 9u; i++) { taps[i] = w[i * VALUES + k]; }
  let start = biasOf(k);

  var down: array<u32, LOADS>; // where this lane's values of a patch lie
  var right: array<u32, LOADS>;
  for (var i = 0u; i < LOADS; i++) {
    let value = (i * LANES + lane) % PATCH;
    down[i] = value / 4u - TOP; // wraps to a huge number above the image
    right[i] = value % 4u - LEFT;
  }

  let end = min((workgroup.x + 1u) * RUN, TILES);
  for (var tile = workgroup.x * RUN; tile < end; tile++) {
    let n = tile / (TILES_H * TILES_W);
    let p = tile / TILES_W % TILES_H * 2u;
    let q = tile % TILES_W * 2u;

    var v: array<f32, LOADS>;
    for (var i = 0u; i < LOADS; i++) {
      let h = p + down[i];
      let u = q + right[i];
      let at = (n * H + h) * W + u;
      if (OVER) {
        let inside = h < H && u < W;
        v[i] = select(0f, x[select(0u, at, inside)], inside);
      } else {
        v[i] = x[at];
      }
    }
    var row: array<f32, 4>; // the same four values in every quad
    for (var i = 0u; i < 4u; i++) { row[i] = subgroupShuffle(v[i * 4u / LANES], i * 4u % LANES + lane % 4u); }

    var y00 = start;
    var y01 = start;
    var y10 = start;
    var y11 = start;
    for (var i = 0u; i < 9u; i++) { // unroll
      y00 += taps[i] * quadBroadcast(row[i / 3u], i % 3u);
      y01 += taps[i] * quadBroadcast(row[i / 3u], i % 3u + 1u);
      y10 += taps[i] * quadBroadcast(row[i / 3u + 1u], i % 3u);
      y11 += taps[i] * quadBroadcast(row[i / 3u + 1u], i % 3u + 1u);
    }

    if (VALUES % LANES == 0u || column < VALUES) {
      if (POOL) {
        putLargest(tile, k, 0u, mat4x4f(y00, y01, y10, y11));
      } else {
        putAt(n, p, q, k, y00);
        putAt(n, p, q + 1u, k, y01);
        putAt(n, p + 1u, q, k, y10);
        putAt(n, p + 1u, q + 1u, k, y11);
      }
    }
  }
}
