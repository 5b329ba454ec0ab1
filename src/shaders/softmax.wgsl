// y = exp(x − m) / Σ exp(x − m) along the middle axis of x [OUTER, C, INNER], m the maximum there; with LOG
// y = x − m − log Σ exp(x − m). One invocation computes the C elements of one row, a workgroup 64 rows. Three reads
// and one write an element.
// parts: each, f32, nan
const OUTER = 1u;
const C = 1u;
const INNER = 1u;
const LOG = false;

const COUNT = OUTER * INNER;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn write(row: u32) {
  let first = row / INNER * C * INNER + row % INNER;
  var largest = x[first];
  for (var c = 1u; c < C; c++) { largest = larger(largest, x[first + c * INNER]); }
  var sum = 0f;
  for (var c = 0u; c < C; c++) { sum += expOf(x[first + c * INNER] - largest); }
  let logSum = logOf(sum);
  for (var c = 0u; c < C; c++) {
    let i = first + c * INNER;
    let z = x[i] - largest;
    if (LOG) { y[i] = z - logSum; } else { y[i] = expOf(z) / sum; }
  }
}
