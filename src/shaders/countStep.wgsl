// Counts a training step: step + 1. One invocation does.
@group(0) @binding(0) var<storage, read_write> state: array<u32>; // [seed, step]

@compute @workgroup_size(1)
fn main() {
  state[1] += 1u;
}
