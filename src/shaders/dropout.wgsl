// y = SCALE · x where a random number of this element is at least THRESHOLD, else 0. The numbers follow from seed, step,
// STREAM and the element's index alone, four of them at once, so nothing is kept for the gradient. One invocation
// computes one vec4, a workgroup 64. One read of x and of state, one write.
// parts: each, random
const VECTORS = 1u; // vec4s in x
const STREAM = 0u;
const THRESHOLD = 0u; // rate · 2³²
const SCALE = 1f;

const COUNT = VECTORS;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> state: array<u32>; // seed, step
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

fn write(i: u32) {
  let kept = pcg4d(vec4u(i, STREAM, state[1], state[0])) >= vec4u(THRESHOLD);
  y[i] = select(vec4f(), SCALE * x[i], kept);
}
