// How many rows of logits [N, C] have their argmax, the first of equals, at their label: for a workgroup of 64, each
// invocation of which looks at every 64th row. The kernel says what logits, labels, N and C are. Invocation 0 gets the sum.
// parts: nan
var<workgroup> hits: array<u32, 64>;

fn argmaxOf(row: u32) -> i32 {
  var best = 0u;
  for (var c = 1u; c < C; c++) {
    if (rank(logits[row * C + c]) > rank(logits[row * C + best])) { best = c; }
  }
  return i32(best);
}

fn countCorrect(lane: u32) -> u32 {
  var mine = 0u;
  for (var row = lane; row < N; row += 64u) {
    mine += u32(argmaxOf(row) == labels[row]);
  }
  hits[lane] = mine;
  workgroupBarrier();
  var all = 0u;
  if (lane == 0u) {
    for (var l = 0u; l < 64u; l++) { all += hits[l]; }
  }
  return all;
}
