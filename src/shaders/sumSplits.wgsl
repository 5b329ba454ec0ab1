// dw = Σ_split partW[split], db = Σ_split partB[split], in fixed order: the second pass of a split reduction.
// One invocation sums one value of dw, or after those one of db. Reads SPLIT values, writes one.
const SPLIT = 1u;
const WEIGHTS = 1u; // values in dw
const OUTPUTS = 1u; // values in db

@group(0) @binding(0) var<storage, read> partW: array<f32>;
@group(0) @binding(1) var<storage, read> partB: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
@group(0) @binding(3) var<storage, read_write> db: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  var sum = 0.0;
  if (i < WEIGHTS) {
    for (var split = 0u; split < SPLIT; split++) { sum += partW[split * WEIGHTS + i]; }
    dw[i] = sum;
  } else if (i < WEIGHTS + OUTPUTS) {
    for (var split = 0u; split < SPLIT; split++) { sum += partB[split * OUTPUTS + i - WEIGHTS]; }
    db[i - WEIGHTS] = sum;
  }
}
