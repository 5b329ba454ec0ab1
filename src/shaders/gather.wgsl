// y[o,m,i] = x[o, indices[m], i], words of any type: x [OUTER, AXIS, INNER], y [OUTER, M, INNER]. Negative indices count
// from the end, those outside give OUTSIDE. One invocation moves one Word, a workgroup 64. Two reads, one write.
// parts: place
alias Word = u32; // vec4u where INNER is whole vec4s

const OUTER = 1u;
const M = 1u;
const INNER = 1u; // in Words
const OUTSIDE = 0u; // the bits of NaN for f32

@group(0) @binding(0) var<storage, read> x: array<Word>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<Word>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let at = (workgroup.y * workgroups.x + workgroup.x) * 64u + lane;
  if (at >= OUTER * M * INNER) { return; }
  let outer = at / (M * INNER);
  let m = at / INNER % M;
  let row = place(m);
  if (row >= u32(AXIS)) {
    y[at] = Word(OUTSIDE);
    return;
  }
  y[at] = x[(outer * u32(AXIS) + row) * INNER + at % INNER];
}
