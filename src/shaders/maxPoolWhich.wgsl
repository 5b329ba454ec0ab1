// y = max over each 2x2 window of x, with RELU then max(0, ·), and where in the window it was: for each of a value's
// four channels a byte, 0 to 3 row by row (the first of equals), or 4 where nothing passed the ReLU. x [N,P,Q,K] →
// y [N,⌊P/2⌋,⌊Q/2⌋,K]. One invocation computes one vec4 of y, a workgroup 64. Four reads, two writes.
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

  var largest = x[corner];
  var at = vec4u();
  for (var m = 1u; m < 4u; m++) {
    let v = x[corner + (m / 2u * Q + m % 2u) * (K / 4u)];
    at = select(at, vec4u(m), v > largest);
    largest = max(largest, v);
  }
  at = select(at, vec4u(4u), vec4<bool>(RELU) & (largest <= vec4f()));
  y[i] = select(largest, max(largest, vec4f()), RELU);
  which[i] = at.x | (at.y << 8u) | (at.z << 16u) | (at.w << 24u);
}
