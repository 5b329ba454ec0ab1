// y = random numbers: uniform in [0, 1), normal, or whole ones from LOW on. They follow from seed, step, STREAM and the
// place alone, four of them at once. One invocation computes one vec4, a workgroup 64. One read of state, one write.
// parts: each, random, sinCos, vec4f
const UNIFORM = 1u;
const NORMAL = 2u;
const WHOLE = 3u;
const KIND = UNIFORM;

const VECTORS = 1u; // vec4s in y
const STREAM = 0u;
const LOW = 0u; // the bits of the least whole number
const RANGE = 1u; // how many whole numbers there are

const COUNT = VECTORS;

@group(0) @binding(0) var<storage, read> state: array<u32>; // seed, step
@group(0) @binding(1) var<storage, read_write> y: array<vec4u>;

// The highest 24 bits as a number in [0, 1): f32 holds each of them.
fn uniform24(bits: vec4u) -> vec4f {
  return vec4f(bits >> vec4u(8u)) * 5.9604645e-8f; // 2⁻²⁴
}

// Two pairs of independent normal numbers, each from a radius and an angle. (Box & Muller 1958)
fn normal(bits: vec4u) -> vec4f {
  let u = uniform24(bits);
  // 1 − u is above 0. Near 1 an adapter's logarithm may be off to above 0.
  let radius = sqrt(max(vec2f(), -2f * log(1f - u.xy)));
  let angle = 6.2831855f * u.zw;
  return radius.xyxy * vec4f(sinAt(angle.xyxy, 1).xy, sinAt(angle.xyxy, 0).xy);
}

// ⌊bits · RANGE / 2³²⌋ by products of halves.
fn scaled(bits: vec4u) -> vec4u {
  let half = vec4u(16u);
  let rest = vec4u(0xffffu);
  let low = bits & rest;
  let high = bits >> half;
  let cross = low * (RANGE >> 16u) + ((low * (RANGE & 0xffffu)) >> half);
  let other = high * (RANGE & 0xffffu) + (cross & rest);
  return high * (RANGE >> 16u) + (cross >> half) + (other >> half);
}

fn write(i: u32) {
  // Places are below 2²⁸: above stands the kind, so that none shares its bits with another, or with dropout.
  let bits = pcg4d(vec4u(i | (KIND << 29u), STREAM, state[1], state[0]));
  switch KIND {
    case NORMAL: { y[i] = bitcast<vec4u>(normal(bits)); }
    case WHOLE: { y[i] = vec4u(LOW) + scaled(bits); }
    default: { y[i] = bitcast<vec4u>(uniform24(bits)); }
  }
}
