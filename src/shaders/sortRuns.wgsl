// order = the places of the elements of each row of x [ROWS, N], in runs of RUN that are sorted each by itself. One workgroup
// sorts SPAN elements, one run or several, in workgroup memory, by a bitonic network (Batcher 1968); one invocation
// compares SPAN / 512 pairs at each of its ½ · log₂ RUN · (log₂ RUN + 1) stages. One read and one write an element.
// parts: order
const ROWS = 1u;
const N = 1u;
const RUN = 1u; // a power of two
const SPAN = 512u; // the larger of RUN and 512

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> order: array<i32>;

var<workgroup> keys: array<i32, SPAN>;
var<workgroup> places: array<u32, SPAN>; // in the row; those from N on are nobody's, and come last

fn isBefore(a: u32, b: u32) -> bool {
  return keys[a] < keys[b] || (keys[a] == keys[b] && places[a] < places[b]);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let runsOfRow = (N + RUN - 1u) / RUN;
  let firstRun = (workgroup.y * workgroups.x + workgroup.x) * (SPAN / RUN);
  for (var s = lane; s < SPAN; s += 256u) {
    let run = firstRun + s / RUN;
    let row = run / runsOfRow;
    let place = run % runsOfRow * RUN + s % RUN;
    places[s] = place;
    keys[s] = BEHIND;
    if (row < ROWS && place < N) { keys[s] = key(x[row * N + place]); }
  }
  for (var size = 2u; size <= RUN; size *= 2u) {
    for (var step = size / 2u; step > 0u; step /= 2u) {
      workgroupBarrier();
      for (var pair = lane; pair < SPAN / 2u; pair += 256u) {
        let a = pair / step * 2u * step + pair % step;
        let b = a + step;
        let rises = ((a % RUN) & size) == 0u;
        if (isBefore(b, a) == rises) {
          let held = vec2u(bitcast<u32>(keys[a]), places[a]);
          keys[a] = keys[b];
          places[a] = places[b];
          keys[b] = bitcast<i32>(held.x);
          places[b] = held.y;
        }
      }
    }
  }
  workgroupBarrier();
  for (var s = lane; s < SPAN; s += 256u) {
    let run = firstRun + s / RUN;
    let row = run / runsOfRow;
    let place = run % runsOfRow * RUN + s % RUN;
    if (row < ROWS && place < N) { order[row * N + place] = i32(places[s]); }
  }
}
