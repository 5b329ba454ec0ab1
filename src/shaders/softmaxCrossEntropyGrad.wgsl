// dlogits[n,c] = (softmax(logits[n])[c] − t[n,c]) · dy / N, t as in softmaxCrossEntropy.wgsl; the softmax is computed
// again rather than kept. One invocation computes one row, a workgroup 64 rows. Three reads and one write a logit.
const N = 1u;
const C = 1u;
const SMOOTHING = 0f;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (n >= N) { return; }
  let first = n * C;
  var largest = logits[first];
  for (var c = 1u; c < C; c++) { largest = max(largest, logits[first + c]); }
  var sum = 0f;
  for (var c = 0u; c < C; c++) { sum += exp(logits[first + c] - largest); }
  let label = u32(clamp(labels[n], 0i, i32(C) - 1i));
  let scale = dy[0] / f32(N);
  for (var c = 0u; c < C; c++) {
    let aimed = select(0f, 1f - SMOOTHING, c == label) + SMOOTHING / f32(C);
    dlogits[first + c] = (exp(logits[first + c] - largest) / sum - aimed) * scale;
  }
}
