// Adam over a whole parameter arena (Kingma & Ba 2015, algorithm 1, as PyTorch has it: EPS is added to the
// corrected root), or AdamW with the decay taken from p directly (Loshchilov & Hutter 2019):
//   g' = g + L2 · p;  m ← BETA1 · m + GAIN1 · g';  v ← BETA2 · v + GAIN2 · g'²
//   p ← p · (1 − lr·decay) − lr · m / (1 − BETA1^t) / (√(v / (1 − BETA2^t)) + EPS)
// One invocation updates one vec4: reads p, g, m and v once, writes p, m and v once.
const VECTORS = 1u; // vec4s in the arena
const ROWS = 1u; // rows of the schedule
const BETA1 = 0.9f;
const BETA2 = 0.999f;
const GAIN1 = 0.1f; // 1 − BETA1; in f32 the difference 1 − 0.999 would be off by 5e-5 of itself
const GAIN2 = 0.001f; // 1 − BETA2
const EPS = 1e-8f;
const L2 = 0f;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
// Row step % ROWS: lr, 1 / (1 − BETA1^t), 1 / (1 − BETA2^t), lr · decay, with t = step + 1.
@group(0) @binding(4) var<storage, read> schedule: array<vec4f>;
@group(0) @binding(5) var<storage, read> state: array<u32>; // [seed, step]

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (i >= VECTORS) { return; }
  let row = schedule[state[1] % ROWS];
  let p = parameters[i];
  let g = gradients[i] + L2 * p;
  let m1 = BETA1 * m[i] + GAIN1 * g;
  let v1 = BETA2 * v[i] + GAIN2 * g * g;
  m[i] = m1;
  v[i] = v1;
  parameters[i] = p - row.w * p - row.x * (m1 * row.y) / (sqrt(v1 * row.z) + EPS);
}
