// Where the maximum over any axes stands: y = the number of the first largest element of each output, counted along
// the reduced axes. x is a stack of OUTPUTS × elements; one invocation looks at the elements chunk, chunk + CHUNKS, … of
// one output and writes y [CHUNKS, OUTPUTS]. A further pass (REFINE) looks at these alone. A workgroup is 64 of them.
// Per output COUNT / CHUNKS reads, one write.
// parts: fold, f32, nan
const COUNT = 1u; // elements of an output, or candidates for it
const CHUNKS = 1u;
const REFINE = false;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> candidates: array<i32>; // [COUNT, OUTPUTS], with REFINE
@group(0) @binding(2) var<storage, read_write> y: array<i32>;

fn candidate(k: u32, o: u32) -> u32 {
  if (REFINE) { return u32(candidates[k * OUTPUTS + o]); }
  return k;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= OUTPUTS * CHUNKS) { return; }
  let o = i % OUTPUTS;
  let chunk = i / OUTPUTS;
  let first = kept(o);
  var at = candidate(chunk, o);
  var best = x[first + reduced(at)];
  for (var k = chunk + CHUNKS; k < COUNT; k += CHUNKS) {
    let r = candidate(k, o);
    let value = x[first + reduced(r)];
    if (rank(value) > rank(best) || (rank(value) == rank(best) && r < at)) {
      best = value;
      at = r;
    }
  }
  y[i] = i32(at);
}
