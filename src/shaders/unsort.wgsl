// dx[r, indices[r,n]] = dy[r,n], where the indices of a row are each of its places once: all [ROWS, N]. One invocation
// moves one element, a workgroup 64. Two reads, one write.
const ROWS = 1u;
const N = 1u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (at < ROWS * N) { dx[at / N * N + u32(indices[at])] = dy[at]; }
}
