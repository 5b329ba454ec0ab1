// SGD with momentum over a whole parameter arena, PyTorch's convention:
//   g' = g + L2 · p;  u ← MOMENTUM · u + g';  p ← p − lr · u, or with Nesterov p − lr · (g' + MOMENTUM · u).
// One invocation updates one vec4: reads p, g and u once, writes p and u once.
const VECTORS = 1u; // vec4s in the arena
const ROWS = 1u; // rows of the schedule
const MOMENTUM = 0f;
const NESTEROV = false;
const L2 = 0f;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> velocity: array<vec4f>;
@group(0) @binding(3) var<storage, read> schedule: array<vec4f>; // row step % ROWS: lr first
@group(0) @binding(4) var<storage, read> state: array<u32>; // [seed, step]

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
  let u = MOMENTUM * velocity[i] + g;
  velocity[i] = u;
  parameters[i] = p - lr * select(u, g + MOMENTUM * u, NESTEROV);
}
