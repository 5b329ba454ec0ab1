// dx[where the maximum of output o stands] = dy[o]; the rest of dx is 0 already. One invocation writes the one element
// of one output, a workgroup 64 of them. Two reads, one write.
// parts: each, fold
const COUNT = OUTPUTS;

@group(0) @binding(0) var<storage, read> position: array<i32>; // of the maximum, along the reduced axes
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

fn write(o: u32) {
  dx[kept(o) + reduced(u32(position[o]))] = dy[o];
}
