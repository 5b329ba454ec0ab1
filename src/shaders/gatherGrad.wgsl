// dx[o,a,i] = Σ of dy[o,m,i] over the m with indices[m] = a, in the order of m: dx [OUTER, AXIS, INNER],
// dy [OUTER, M, INNER]. One invocation computes one Value of dx by looking at all indices, so that no two add to the same
// place; a workgroup is 64 of them. M reads and those of dy that it adds, one write.
// parts: each, place
alias Value = f32; // vec4f where INNER is whole vec4s

const OUTER = 1u;
const M = 1u;
const INNER = 1u; // in Values

const COUNT = OUTER * u32(AXIS) * INNER;

@group(0) @binding(0) var<storage, read> dy: array<Value>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> dx: array<Value>;

fn write(at: u32) {
  let outer = at / (u32(AXIS) * INNER);
  let a = at / INNER % u32(AXIS);
  var sum = Value();
  for (var m = 0u; m < M; m++) {
    // An index outside comes out as no a.
    if (place(m) == a) { sum += dy[(outer * M + m) * INNER + at % INNER]; }
  }
  dx[at] = sum;
}
