// The sum of products that a contraction is, where there are no subgroups, or channels not in fours: no workgroup memory either.
// An invocation keeps BLOCK rows × one Value of columns in registers, so each Value of B serves BLOCK rows. Neighboring
// invocations take neighboring columns. A workgroup is 16 invocations. Kernel and rows say what is summed, as to parts/subgroup.
const BLOCK = 8u; // rows an invocation computes
const INVOCATIONS = (ROWS + BLOCK - 1u) / BLOCK * VALUES;

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (workgroup.y * workgroups.x + workgroup.x) * 16u + lane;
  if (n >= INVOCATIONS) { return; }
  let first = n / VALUES * BLOCK;
  let k = n % VALUES;
  let split = workgroup.z;

  var rows: array<Row, BLOCK>;
  var a: array<Value, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) {
    rows[i] = rowOf(first + i);
    a[i] = start(k);
  }
  var sums = Value();

  for (var turn = begin(first, split, 0u); !isOver(turn); turn = next(first, turn)) {
    let place = placeOf(turn);
    var reached: array<Reached, BLOCK>;
    if (DEPTH > 1u) {
      for (var i = 0u; i < BLOCK; i++) { reached[i] = reach(rows[i], place); }
    }
    var depth = 0u;
    loop {
      let b = columns(turn, depth, k);
      if (COLUMN_SUMS) { sums += b; }
      for (var i = 0u; i < BLOCK; i++) { // unroll
        var at = reached[i];
        if (DEPTH == 1u) { at = reach(rows[i], place); }
        a[i] += item(at, depth) * b;
      }
      depth++;
      if (DEPTH == 1u || depth >= DEPTH) { break; } // at once is no loop: nested in one, it took 2.4 times as long (SwiftShader)
    }
  }

  for (var i = 0u; i < BLOCK; i++) {
    if (first + i < ROWS) { put(split, first + i, k, a[i]); }
  }
  if (COLUMN_SUMS && first == 0u) { storeSums(split, k, sums); }
}
