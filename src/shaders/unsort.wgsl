// dx[r, indices[r,n]] = dy[r,n], where the indices of a row are each of its places once: all [ROWS, N]. One invocation
// moves one element, a workgroup 64. Two reads, one write.
// parts: each
const ROWS = 1u;
const N = 1u;

const COUNT = ROWS * N;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn write(at: u32) {
  dx[at / N * N + u32(indices[at])] = dy[at];
}
