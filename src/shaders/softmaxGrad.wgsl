// dx of softmax along the middle axis of y [OUTER, C, INNER]: dx = y · (dy − Σ dy · y); of its logarithm, with LOG:
// dx = dy − exp(y) · Σ dy. One invocation computes the C elements of one row, a workgroup 64 rows. Two reads of y and of
// dy and one write an element.
// parts: each, f32, nan
const OUTER = 1u;
const C = 1u;
const INNER = 1u;
const LOG = false;

const COUNT = OUTER * INNER;

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn write(row: u32) {
  let first = row / INNER * C * INNER + row % INNER;
  var sum = 0f;
  for (var c = 0u; c < C; c++) {
    let i = first + c * INNER;
    if (LOG) { sum += dy[i]; } else { sum += dy[i] * y[i]; }
  }
  for (var c = 0u; c < C; c++) {
    let i = first + c * INNER;
    if (LOG) { dx[i] = dy[i] - expOf(y[i]) * sum; } else { dx[i] = y[i] * (dy[i] - sum); }
  }
}
