// Appends a batch of rows to a table: y[cursor + i] = x[i] for the N rows of F values, as far as y's
// ROWS reach; then the cursor moves on by N. One workgroup of 64, 64 values at a time, so that the
// cursor can be moved after everyone has read it.
const N = 1u;
const F = 1u;
const ROWS = 1u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> cursor: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let first = cursor[0];
  let rows = min(N, ROWS - min(first, ROWS));
  for (var i = lane; i < rows * F; i += 64u) {
    y[first * F + i] = x[i];
  }
  storageBarrier();
  if (lane == 0u) { cursor[0] = first + N; }
}
