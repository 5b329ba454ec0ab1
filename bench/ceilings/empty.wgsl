// Nothing, once: what is left of its time is the dispatch itself. It must name a binding, as every kernel here does.
@group(0) @binding(0) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(1)
fn main() {
  if (y[0] == 0xffffffffu) { y[0] = 0u; }
}
