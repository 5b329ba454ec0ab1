// y[o,d,i] = 1 where indices[o,i] is d, else 0: indices [OUTER, INNER], y [OUTER, DEPTH, INNER]. Negative indices count
// from the end; one outside gives zeros. One invocation writes one element of y, a workgroup 64. One read, one write.
const OUTER = 1u;
const DEPTH = 1i;
const INNER = 1u;

@group(0) @binding(0) var<storage, read> indices: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (at >= OUTER * u32(DEPTH) * INNER) { return; }
  let d = i32(at / INNER) % DEPTH;
  let index = indices[at / (u32(DEPTH) * INNER) * INNER + at % INNER];
  y[at] = select(0f, 1f, index == d || index == d - DEPTH);
}
