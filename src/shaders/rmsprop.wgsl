// RMSProp over a whole parameter arena (Tieleman & Hinton 2012, as PyTorch has it: EPS is added to the root):
//   g' = g + L2 · p;  s ← RHO · s + GAIN · g'²;  u ← MOMENTUM · u + g' / (√s + EPS);  p ← p − lr · u.
// One invocation updates one vec4: reads p, g, s and u once, writes p, s and u once.
const VECTORS = 1u; // vec4s in the arena
const ROWS = 1u; // rows of the schedule
const RHO = 0.9f;
const GAIN = 0.1f; // 1 − RHO
const EPS = 1e-8f;
const MOMENTUM = 0f;
const L2 = 0f;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> squares: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(4) var<storage, read> schedule: array<vec4f>; // row step % ROWS: lr first
@group(0) @binding(5) var<storage, read> state: array<u32>; // [seed, step]

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= VECTORS) { return; }
  let lr = schedule[state[1] % ROWS].x;
  let p = parameters[i];
  let g = gradients[i] + L2 * p;
  let s = RHO * squares[i] + GAIN * g * g;
  let u = MOMENTUM * velocity[i] + g / (sqrt(s) + EPS);
  squares[i] = s;
  velocity[i] = u;
  parameters[i] = p - lr * u;
}
