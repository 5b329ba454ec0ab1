// y[o,m,i] = x[o, indices[o,m,i], i], words of any type: x [OUTER, AXIS, INNER], indices and y [OUTER, M, INNER].
// Negative indices count from the end, those outside give OUTSIDE. One invocation moves one word, a workgroup 64. Two
// reads, one write.
// parts: each, place
const OUTER = 1u;
const M = 1u;
const INNER = 1u;
const OUTSIDE = 0u; // the bits of NaN for f32

const COUNT = OUTER * M * INNER;

@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

fn write(at: u32) {
  let row = place(at);
  if (row >= u32(AXIS)) {
    y[at] = OUTSIDE;
    return;
  }
  y[at] = x[(at / (M * INNER) * u32(AXIS) + row) * INNER + at % INNER];
}
