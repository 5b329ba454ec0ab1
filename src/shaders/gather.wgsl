// y[o,m,i] = x[o, indices[m], i], words of any type: x [OUTER, AXIS, INNER], y [OUTER, M, INNER]. Negative indices count
// from the end, those outside give OUTSIDE. One invocation moves one Word, a workgroup 64. Two reads, one write.
// parts: each, place
alias Word = u32; // vec4u where INNER is whole vec4s

const OUTER = 1u;
const M = 1u;
const INNER = 1u; // in Words
const OUTSIDE = 0u; // the bits of NaN for f32

const COUNT = OUTER * M * INNER;

@group(0) @binding(0) var<storage, read> x: array<Word>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<Word>;

fn write(at: u32) {
  let outer = at / (M * INNER);
  let m = at / INNER % M;
  let row = place(m);
  if (row >= u32(AXIS)) {
    y[at] = Word(OUTSIDE);
    return;
  }
  y[at] = x[(outer * u32(AXIS) + row) * INNER + at % INNER];
}
