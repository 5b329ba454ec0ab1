// y = SCALE · x where the mask is not 0, else 0. One invocation computes one vec4, a workgroup 64. One read of x and of
// mask, one write.
const VECTORS = 1u; // vec4s in x
const SCALE = 1f;
const NONZERO = 0xffffffffu; // bits of a mask's element that make it differ from 0: for f32 all but the sign

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> mask: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= VECTORS) { return; }
  let kept = (mask[i] & vec4u(NONZERO)) != vec4u();
  y[i] = select(vec4f(), SCALE * x[i], kept);
}
