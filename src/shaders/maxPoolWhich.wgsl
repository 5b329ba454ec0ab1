// y = max over each 2x2 window of x, with RELU then max(0, ·), and where in the window it was: for each of a value's
// four channels a byte, 0 to 3 row by row (the first of equals), or 4 where nothing passed the ReLU. x [N,P,Q,K] →
// y [N,⌊P/2⌋,⌊Q/2⌋,K]. One invocation computes one vec4 of y, a workgroup 64. Four reads, two writes.
// parts: nan, vec4f, window2x2
const P = 2u;
const Q = 2u;
const K = 4u;
const VALUES = 1u; // vec4s in y
const RELU = true;

const WINDOWS_H = P / 2u;
const WINDOWS_W = Q / 2u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> which: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= VALUES) { return; }
  let window = i / (K / 4u);
  let p = window / WINDOWS_W % WINDOWS_H * 2u;
  let q = window % WINDOWS_W * 2u;
  let corner = ((window / (WINDOWS_H * WINDOWS_W) * P + p) * Q + q) * (K / 4u) + i % (K / 4u);

  let below = corner + Q * (K / 4u);
  let largest =
    largestOf(x[corner], x[corner + K / 4u], x[below], x[below + K / 4u], vec4u(0u, 1u, 2u, 3u));
  y[i] = largest.value;
  which[i] = largest.which;
}
