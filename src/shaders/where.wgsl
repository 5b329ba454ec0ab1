// y = a where the condition is not 0, else b; words of any type. One invocation computes one vec4, a workgroup 64. One
// read of each, one write.
const VECTORS = 1u; // vec4s in y
const NONZERO = 0xffffffffu; // bits of the condition that make it differ from 0: for f32 all but the sign
const A = true; // false: zeros stand for a
const B = true;

@group(0) @binding(0) var<storage, read> condition: array<vec4u>;
@group(0) @binding(1) var<storage, read> a: array<vec4u>;
@group(0) @binding(2) var<storage, read> b: array<vec4u>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4u>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= VECTORS) { return; }
  let holds = (condition[i] & vec4u(NONZERO)) != vec4u();
  y[i] = select(select(vec4u(), b[i], B), select(vec4u(), a[i], A), holds);
}
