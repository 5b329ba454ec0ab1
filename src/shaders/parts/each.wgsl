// Calls write(i) for each i below COUNT, which the kernel declares both. One invocation makes UNROLL calls, a workgroup
// 64 × UNROLL, strided so that neighbors write neighbors.
const UNROLL = 1u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * UNROLL + lane;
  for (var j = 0u; j < UNROLL; j++) {
    let i = first + j * 64u;
    if (i < COUNT) { write(i); }
  }
}
