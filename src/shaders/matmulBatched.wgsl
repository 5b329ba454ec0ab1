// y[n,i,j] = Σ_k a[n,i,k] · b[n,k,j], either operand stored transposed. One invocation computes one value of y,
// a workgroup 8×8 of one matrix: 2·K reads, one write. For stacks of matrices; single ones go to the
// conv2d kernels.
const N = 1u; // matrices
const ROWS = 1u;
const COLUMNS = 1u;
const DEPTH = 1u;
const TRANSPOSE_A = false;
const TRANSPOSE_B = false;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y;
  let j = id.x;
  if (i >= ROWS || j >= COLUMNS) { return; }
  for (var n = id.z; n < N; n += 65535u) {
    var sum = 0.0;
    for (var k = 0u; k < DEPTH; k++) {
      let u = a[n * ROWS * DEPTH + select(i * DEPTH + k, k * ROWS + i, TRANSPOSE_A)];
      let v = b[n * DEPTH * COLUMNS + select(k * COLUMNS + j, j * DEPTH + k, TRANSPOSE_B)];
      sum += u * v;
    }
    y[(n * ROWS + i) * COLUMNS + j] = sum;
  }
}
