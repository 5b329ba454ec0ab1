// y = one value everywhere, given by its bits so that it may be infinite. One invocation writes one vec4, a
// workgroup 64. Reads nothing.
// parts: each
const VECTORS = 1u; // vec4s in y
const BITS = 0u;

const COUNT = VECTORS;

@group(0) @binding(0) var<storage, read_write> y: array<vec4u>;

fn write(i: u32) {
  y[i] = vec4u(BITS);
}
