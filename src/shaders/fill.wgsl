// y = one value everywhere, given by its bits so that it may be infinite. One invocation writes one vec4, a
// workgroup 64. Reads nothing.
const VECTORS = 1u; // vec4s in y
const BITS = 0u;

@group(0) @binding(0) var<storage, read_write> y: array<vec4u>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i < VECTORS) { y[i] = vec4u(BITS); }
}
