// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k], where dy is what
// the gradient of a 2x2 max pool would have written: dy and `which` are of the pooled image (conv2dSubgroup).
// The idea: of a window's four values of dy three are 0, so a product is made only with the x that the maximum came from.
// A subgroup computes BLOCK rows of dw (a row is one r,s,c) × (4 · LANES) columns, its lanes span the columns. Of every window
// a lane loads dy and `which` of its columns, and x at pixel lane % 4 for every (lane / 4)-th four rows, so that four
// lanes hold a row at the four pixels, and a shuffle by `which` picks one: 8 loads, or 5 with 8 lanes, and 24 shuffles of a
// vec4 for 24 vec4 multiply-adds. With the others' products it took 1.54 times as long (conv 3x3 32→64, lavapipe, November
// 2026), and the sums are the same to the bit; but ±∞ in x that no maximum came from is not met by a 0. 32 rows make too
// long a loop (conv2dSubgroup) and took 1.25 times as long (Zen 3, 26 November 2026).
// One workgroup is one subgroup. K is a multiple of 4.
// parts: bytes, conv, filterGradRows, filterTaps, vec4f
enable subgroups;
diagnostic(off, subgroup_uniformity); // lanes differ in their pixel, not in where they end

const LANES = 4u; // the subgroup size: 4, 8, 16 or 32
const BLOCK = 24u; // rows a subgroup computes: 24, or all of a first layer's few
const WIDTH = 1u; // rows of an Item: 4 where C is a multiple of 4
alias Item = f32; // vec4f with 4

const VALUES = K / 4u;
const TOGETHER = 4u;
const HALVES = min(LANES / 4u, 2u); // fours of lanes that hold x for the others
const FOURS = (BLOCK / 4u + HALVES - 1u) / HALVES; // of rows, per lane
const EACH = 4u / WIDTH; // Items of four rows

@group(0) @binding(0) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read> which: array<u32>;

/** A row's x at the pixels where the maxima of four columns were: `v` of the lanes that hold it. */
fn picked(v: f32, lanes: vec4u) -> vec4f {
  return vec4f(
    subgroupShuffle(v, lanes.x), subgroupShuffle(v, lanes.y), subgroupShuffle(v, lanes.z), subgroupShuffle(v, lanes.w));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, VALUES - 1u);
  let split = workgroup.z;

  var rows: array<Row, FOURS * EACH>; // that this lane holds, at its pixel
  for (var i = 0u; i < FOURS * EACH; i++) {
    rows[i] = rowOf(first + 4u * (i / EACH * HALVES + lane / 4u % HALVES) + i % EACH);
  }
  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = vec4f(); }
  var sums = vec4f();

  for (var turn = begin(first, split, lane % 4u); !isOver(turn); turn = next(first, turn)) {
    let at = turn.pixel / 4u * VALUES + k;
    let pixel = unpackBytes(which[at]);
    let g = select(dy[at], vec4f(), pixel == vec4u(4u)); // 4: nothing passed the ReLU
    sums += g;
    let holders = array(pixel & vec4u(3u), (pixel & vec4u(3u)) + vec4u(4u)); // the lanes that hold x there
    let place = placeOf(turn);
    var v: array<Item, FOURS * EACH>;
    for (var i = 0u; i < FOURS * EACH; i++) {
      v[i] = item(reach(rows[i], place), 0u);
    }
    for (var i = 0u; i < BLOCK; i++) { // unroll
      a[i] += g * picked(vec4f(v[(i / 4u / HALVES * 4u + i % 4u) / WIDTH])[i % WIDTH], holders[i / 4u % HALVES]);
    }
  }

  if (workgroup.y * LANES + lane >= VALUES) { return; }
  let end = min(first + BLOCK, ROWS);
  for (var row = first; row < end; row++) { put(split, row, k, a[row % BLOCK]); }
  if (first == 0u) { db[split * VALUES + k] = sums; }
}
