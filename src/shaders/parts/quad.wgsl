// The sum of products that a contraction is, for subgroups of four lanes (SwiftShader): parts/subgroup's, of which kernel and rows
// say the same but ofRow, and of Columns product and sumOf, in 4x4 blocks. A quad computes BLOCK rows × 32 columns. Its lanes span the columns, two vec4 each, and share
// the rows: for every four of them, and every four products, a lane fetches one vec4 and trades it by quad swaps, cheaper than
// broadcasts (84 → 72 ms for 16 pixels of 3x3 32→64, N = 128, SwiftShader, November 2026). So a lane's sum 4i + m belongs to
// row 4i + (m ^ lane); where an Item is of four rows (EACH) at the lane's own pixel, to row 4i + m. With 32 rows 16 vec4 loads
// serve 256 vec4 multiply-adds.
// No array has a running index: with one, as in parts/subgroup, it took 118 ms where this way took 97. No function returns
// early: with such ones the kernel took a tenth to a fifth longer to compile (presumably each is inlined as a loop of one turn).
// One loop over all turns and depths: of nested ones every accumulator would be a variable, copied at each of their turns
// (70 → 55 ms for 3x3 32→64, and 0.39 → 0.23 s to compile; SwiftShader, November 2026). One workgroup is one quad.
const LANES = 4u;
const BLOCK = 32u; // rows a quad computes: 32, or 16 for small work, which compiles in two thirds of the time

fn traded(v: vec4f) -> mat4x4f {
  var all = mat4x4f(v, quadSwapX(v), quadSwapY(v), quadSwapDiagonal(v));
  if (EACH == 4u) { all = transpose(all); }
  return all;
}

fn products(left: Columns, right: Columns, v: vec4f) -> mat2x4f {
  return mat2x4f(product(left, v), product(right, v));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);
  let split = workgroup.z;
  let own = select(lane, 0u, EACH == 4u); // of four rows

  var rows: array<Row, BLOCK / 4u>;
  for (var i = 0u; i < BLOCK / 4u; i++) { rows[i] = rowOf(first + 4u * i + own); }
  var a: array<mat2x4f, BLOCK>; // column j of a[i]: columns 4 (k + 4 j) to 4 (k + 4 j) + 3
  var sums = mat2x4f();

  var reached: array<Reached, BLOCK / 4u>;
  var depth = 0u;
  var turn = begin(first, split, lane);
  while (!isOver(turn)) {
    let place = placeOf(turn);
    if (DEPTH > 1u && depth == 0u) {
      for (var i = 0u; i < BLOCK / 4u; i++) { reached[i] = reach(rows[i], place); }
    }
    let left = columns(turn, depth, kLeft);
    let right = columns(turn, depth, kRight);
    if (COLUMN_SUMS) { sums += mat2x4f(sumOf(left), sumOf(right)); }
    for (var i = 0u; i < BLOCK / 4u; i++) { // unroll
      var at = reached[i];
      if (DEPTH == 1u) { at = reach(rows[i], place); }
      let v = traded(item(at, depth));
      a[4u * i] += products(left, right, v[0]);
      a[4u * i + 1u] += products(left, right, v[1]);
      a[4u * i + 2u] += products(left, right, v[2]);
      a[4u * i + 3u] += products(left, right, v[3]);
    }
    depth++;
    if (DEPTH == 1u || depth == DEPTH) {
      depth = 0u;
      turn = next(first, turn);
    }
  }

  var out = a; // for a running index: with one, `a` would lie in memory all along
  if (LARGEST) {
    for (var i = 0u; i < BLOCK / 2u; i++) { // of every four pixels the left columns, then the right ones
      let n = i / 2u * 4u;
      let m = i % 2u;
      let column = k + m * LANES;
      let bias = start(column);
      if (first + n < ROWS && column < VALUES) {
        putLargest((first + n) / 4u, column, lane, mat4x4f(
          out[n][m] + bias, out[n + 1u][m] + bias, out[n + 2u][m] + bias, out[n + 3u][m] + bias));
      }
    }
  } else {
    for (var i = 0u; i < 2u * BLOCK; i++) {
      let row = first + ((i / 2u) ^ own);
      let column = k + i % 2u * LANES;
      if (row < ROWS && column < VALUES) { put(split, row, column, out[i / 2u][i % 2u] + start(column)); }
    }
  }
  if (COLUMN_SUMS && first == 0u) {
    if (k < VALUES) { storeSums(split, k, sums[0]); }
    if (k + LANES < VALUES) { storeSums(split, k + LANES, sums[1]); }
  }
}
