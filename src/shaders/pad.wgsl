// y[o] = x[i] where i_d = (o_d − START_d) / STEP_d is whole and inside x, else VALUE; words of any type. Pads, crops
// (START below 0), and spreads what a slice took back over its source. One invocation writes one word of y, a
// workgroup 64, with at most one read.
const WORDS = 1u; // in y
const RANK = 1u;
const SHAPE = array(1u); // of y
const INNER = array(1i); // shape of x
const STRIDES = array(1i); // of x
const START = array(0i);
const STEP = array(1i);
const VALUE = 0u; // its bits

@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let o = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (o >= WORDS) { return; }
  var shape = SHAPE;
  var inner = INNER;
  var strides = STRIDES;
  var start = START;
  var step = STEP;
  var inside = true;
  var at = 0i;
  var rest = o;
  for (var d = RANK; d > 0u; d--) {
    let distance = i32(rest % shape[d - 1u]) - start[d - 1u];
    let i = distance / step[d - 1u];
    inside = inside && i * step[d - 1u] == distance && i >= 0i && i < inner[d - 1u];
    at += i * strides[d - 1u];
    rest /= shape[d - 1u];
  }
  if (inside) { y[o] = x[at]; } else { y[o] = VALUE; }
}
