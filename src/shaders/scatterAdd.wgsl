// y[o,a,i] = x[o,a,i] + Σ of source[o,m,i] over the m with indices[o,m,i] = a, in the order of m: x and y
// [OUTER, AXIS, INNER], indices and source [OUTER, M, INNER]. One invocation computes one element of y by looking at all
// its indices, so that no two add to the same place; a workgroup is 64 of them. M + 1 reads and those of source that it
// adds, one write.
// parts: each, place
const OUTER = 1u;
const M = 1u;
const INNER = 1u;

const COUNT = OUTER * u32(AXIS) * INNER;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read> source: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

fn write(at: u32) {
  let first = at / (u32(AXIS) * INNER) * M * INNER + at % INNER;
  let a = at / INNER % u32(AXIS);
  var sum = x[at];
  for (var m = 0u; m < M; m++) {
    let candidate = first + m * INNER;
    if (place(candidate) == a) { sum += source[candidate]; }
  }
  y[at] = sum;
}
