// dx of softmax along the middle axis of y [OUTER, C, INNER]: dx = y · (dy − Σ dy · y); of its logarithm, with LOG:
// dx = dy − exp(y) · Σ dy. One invocation computes the C elements of one row, a workgroup 64 rows. Two reads of y and of
// dy and one write an element.
// parts: f32, nan
const OUTER = 1u;
const C = 1u;
const INNER = 1u;
const LOG = false;

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (row >= OUTER * INNER) { return; }
  let first = row / INNER * C * INNER + row % INNER;
  var sum = 0f;
  for (var c = 0u; c < C; c++) {
    let i = first + c * INNER;
    if (LOG) { sum += dy[i]; } else { sum += dy[i] * y[i]; }
  }
  for (var c = 0u; c < C; c++) {
    let i = first + c * INNER;
    if (LOG) { dx[i] = dy[i] - expOf(y[i]) * sum; } else { dx[i] = y[i] * (dy[i] - sum); }
  }
}
