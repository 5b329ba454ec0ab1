// dw = Σ_split partW[split], db = Σ_split partB[split], in fixed order: the second pass of a split reduction.
// TOGETHER invocations sum one value of dw, or after those one of db: each of them every TOGETHERth, then the first of
// them their sums. Reads SPLIT values, writes one.
const SPLIT = 1u;
const WEIGHTS = 1u; // values in dw
const OUTPUTS = 1u; // values in db
const TOGETHER = 1u; // a power of 2 up to 64

const ACROSS = 64u / TOGETHER;

@group(0) @binding(0) var<storage, read> partW: array<f32>;
@group(0) @binding(1) var<storage, read> partB: array<f32>;
@group(0) @binding(2) var<storage, read_write> dw: array<f32>;
@group(0) @binding(3) var<storage, read_write> db: array<f32>;

var<workgroup> sums: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (workgroup.y * workgroups.x + workgroup.x) * ACROSS + lane % ACROSS;
  var sum = 0.0;
  for (var split = lane / ACROSS; split < SPLIT; split += TOGETHER) {
    if (i < WEIGHTS) { sum += partW[split * WEIGHTS + i]; }
    else if (i < WEIGHTS + OUTPUTS) { sum += partB[split * OUTPUTS + i - WEIGHTS]; }
  }
  if (TOGETHER > 1u) {
    sums[lane] = sum;
    workgroupBarrier();
    if (lane >= ACROSS) { return; }
    for (var n = lane + ACROSS; n < 64u; n += ACROSS) { sum += sums[n]; }
  }
  if (i < WEIGHTS) { dw[i] = sum; }
  else if (i < WEIGHTS + OUTPUTS) { db[i - WEIGHTS] = sum; }
}
