// Ends a training step: notes its loss and how many of the batch it got right, and counts the step.
// One workgroup of 64; each invocation finds the argmax of every 64th row of logits [N, C] (the first
// of equals), the first one adds up, writes ring[step % RING] = (loss, hits) and step + 1.
// parts: f32, nan
const N = 1u;
const C = 1u;
const RING = 1u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> ring: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> state: array<u32>; // [seed, step]

var<workgroup> hits: array<u32, 64>;

fn argmax(row: u32) -> i32 {
  var best = 0u;
  for (var c = 1u; c < C; c++) {
    if (rank(logits[row * C + c]) > rank(logits[row * C + best])) { best = c; }
  }
  return i32(best);
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var mine = 0u;
  for (var row = lane; row < N; row += 64u) {
    mine += u32(argmax(row) == labels[row]);
  }
  hits[lane] = mine;
  workgroupBarrier();
  if (lane == 0u) {
    var all = 0u;
    for (var l = 0u; l < 64u; l++) { all += hits[l]; }
    ring[state[1] % RING] = vec2f(loss[0], f32(all));
    state[1] += 1u;
  }
}
