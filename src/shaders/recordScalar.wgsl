// Notes a number of a training step: ring[step % RING][COLUMN] = value. One invocation does.
const RING = 1u; // rows
const COLUMNS = 1u; // numbers a row
const COLUMN = 0u;

@group(0) @binding(0) var<storage, read> value: array<f32>;
@group(0) @binding(1) var<storage, read> state: array<u32>; // [seed, step]
@group(0) @binding(2) var<storage, read_write> ring: array<f32>;

@compute @workgroup_size(1)
fn main() {
  ring[(state[1] % RING) * COLUMNS + COLUMN] = value[0];
}
