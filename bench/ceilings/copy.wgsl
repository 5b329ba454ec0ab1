// y = x, as fast as memory gives and takes: an invocation moves EACH Values, a workgroup 64 of them side by side.
alias Value = vec4f;

const VALUES = 1u;
const EACH = 1u;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * EACH + lane;
  for (var i = 0u; i < EACH; i++) {
    let at = first + i * 64u;
    if (at < VALUES) { y[at] = x[at]; }
  }
}
