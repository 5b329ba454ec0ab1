// The sum of products that a contraction is, for software adapters: no workgroup memory. A subgroup computes BLOCK rows ×
// (4 · LANES) columns. Its lanes span the columns, a vec4 each, and share the rows: a lane fetches every LANESth of the
// BLOCK items, which are passed to every quad, then inside it. One workgroup is one subgroup.
// The kernel and its rows (parts/forwardRows and others) say what is summed. Of A: ROWS, Row and rowOf; a Turn, begin, isOver and
// next, of DEPTH products; where a turn is, Place and placeOf, and a row in it, Reached and reach; an Item, item, its EACH rows,
// ofRow. Of B: VALUES, Columns and columns. And where a sum begins and ends: start, put, with LARGEST putLargest, and with
// COLUMN_SUMS those of B's columns, storeSums.
// The loop that stores has no constant end: unrolled, it would let lavapipe make each of `a` a variable of three loops,
// copied at every turn. That, and quadBroadcast for subgroupBroadcast, made it 1.47 times as fast (lavapipe, November 2026).
const LANES = 4u; // the subgroup size: 4, 8, 16 or 32
const ITEMS = BLOCK / EACH; // EACH of so many rows
const LOADS = (ITEMS + LANES - 1u) / LANES; // of them, per lane

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let first = workgroup.x * BLOCK;
  let k = min(workgroup.y * LANES + lane, VALUES - 1u);
  let split = workgroup.z;

  var rows: array<Row, LOADS>;
  for (var i = 0u; i < LOADS; i++) { rows[i] = rowOf(first + EACH * min(i * LANES + lane, ITEMS - 1u)); }
  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = start(k); }
  var sums = Columns();

  for (var turn = begin(first, split, 0u); !isOver(turn); turn = next(first, turn)) {
    let place = placeOf(turn);
    var reached: array<Reached, LOADS>;
    if (DEPTH > 1u) {
      for (var i = 0u; i < LOADS; i++) { reached[i] = reach(rows[i], place); }
    }
    var depth = 0u;
    loop {
      let b = columns(turn, depth, k);
      if (COLUMN_SUMS) { sums += b; }
      var v: array<Item, LOADS>;
      var q: array<Item, ITEMS / 4u>; // the same four in every quad
      for (var i = 0u; i < LOADS; i++) {
        var at = reached[i];
        if (DEPTH == 1u) { at = reach(rows[i], place); }
        v[i] = item(at, depth);
      }
      for (var i = 0u; i < ITEMS / 4u; i++) { // unroll
        q[i] = v[i * 4u / LANES];
        if (LANES > 4u) { q[i] = subgroupShuffle(q[i], i * 4u % LANES + lane % 4u); }
      }
      for (var i = 0u; i < BLOCK; i++) { // unroll
        a[i] += quadBroadcast(ofRow(q[i / EACH / 4u], i % EACH), i / EACH % 4u) * b;
      }
      depth++;
      if (DEPTH == 1u || depth >= DEPTH) { break; } // at once is no loop: nested in one, it took 2.4 times as long (SwiftShader)
    }
  }

  if (workgroup.y * LANES + lane >= VALUES) { return; }
  let end = min(first + BLOCK, ROWS);
  if (LARGEST) {
    for (var row = first; row < end; row += 4u) {
      let i = row % BLOCK;
      putLargest(row / 4u, k, 0u, mat4x4f(a[i], a[i + 1u], a[i + 2u], a[i + 3u]));
    }
  } else {
    for (var row = first; row < end; row++) { put(split, row, k, a[row % BLOCK]); }
  }
  if (COLUMN_SUMS && first == 0u) { storeSums(split, k, sums); }
}
