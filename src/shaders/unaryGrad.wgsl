// dx = dy · f′(x), elementwise, f as in unary.wgsl. One invocation computes UNROLL vec4, a workgroup 64 × UNROLL
// of them. Reads dy and what f′ needs of x and y once, writes dx once.
const NEG = 0u;
const EXP = 1u;
const LOG = 2u;
const SQRT = 3u;
const SQUARE = 4u;
const ABS = 5u;
const CLIP = 6u;
const RELU = 7u;
const LEAKY_RELU = 8u;
const SIGMOID = 9u;
const TANH = 10u;
const GELU = 11u;
const GELU_TANH = 12u;
const OP = RELU;

const HAS_MIN = false; // of clip
const HAS_MAX = false;
const MIN = 0f;
const MAX = 0f;
const ALPHA = 0f; // slope of leakyRelu below 0
const RELU_SLOPE = 1f; // of relu above 0: not 1 where dropout has scaled what it kept

const VECTORS = 1u; // vec4s in x
const UNROLL = 4u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

// Both ends belong to the range that clip leaves alone.
fn clip(x: vec4f, dy: vec4f) -> vec4f {
  var dx = dy;
  if (HAS_MIN) { dx = select(vec4f(), dx, x >= vec4f(MIN)); }
  if (HAS_MAX) { dx = select(vec4f(), dx, x <= vec4f(MAX)); }
  return dx;
}

// σ(x) · σ(−x), with its digits at both ends.
fn logistic(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  return e / ((1f + e) * (1f + e));
}

fn sigmoid(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  return select(e, vec4f(1f), x >= vec4f()) / (1f + e);
}

// 1 − erf(t) for t ≥ 0, as in unary.wgsl.
fn erfc(t: vec4f) -> vec4f {
  let u = min(t, vec4f(10f));
  var far = (-1.7285347e-5f * u + 3.8319713e-4f) * u - 3.8839644e-3f;
  far = ((far * u + 0.024254622f) * u - 0.10677788f) * u - 0.6348467f;
  far = (far * u - 0.12871751f) * u - u;
  let z = u * u;
  var near = ((-5.967617e-4f * z + 4.9911942e-3f) * z - 0.026768135f) * z + 0.11281993f;
  near = (near * z - 0.37612534f) * z + 0.12837917f;
  return select(exp(far), 1f - (u + u * near), u <= vec4f(0.92773438f));
}

// Φ(x) + x · φ(x), distribution and density of the standard normal.
fn geluSlope(x: vec4f) -> vec4f {
  let tail = 0.5f * erfc(abs(x) * 0.70710678f);
  let density = 0.39894228f * exp(-0.5f * min(x * x, vec4f(200f)));
  return select(tail, 1f - tail, x > vec4f()) + x * density;
}

// y = x · σ(v), v = √(8/π) · (x + 0.044715 x³): σ(v) + x · σ′(v) · v′
fn geluTanhSlope(x: vec4f) -> vec4f {
  let z = x * x;
  let v = 1.5957691f * (x + 0.044715f * z * x);
  return sigmoid(v) + x * logistic(v) * 1.5957691f * (1f + 0.134145f * z);
}

fn pull(x: vec4f, y: vec4f, dy: vec4f) -> vec4f {
  switch OP {
    case NEG: { return -dy; }
    case EXP: { return dy * y; }
    case LOG: { return dy / x; }
    case SQRT: { return 0.5f * dy / y; }
    case SQUARE: { return 2f * x * dy; }
    case ABS: { return sign(x) * dy; }
    case CLIP: { return clip(x, dy); }
    case LEAKY_RELU: { return select(ALPHA * dy, dy, x > vec4f()); }
    case SIGMOID: { return logistic(x) * dy; }
    case TANH: { return 4f * logistic(2f * x) * dy; }
    case GELU: { return geluSlope(x) * dy; }
    case GELU_TANH: { return geluTanhSlope(x) * dy; }
    default: { return select(vec4f(), RELU_SLOPE * dy, y > vec4f()); }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * UNROLL + lane;
  for (var j = 0u; j < UNROLL; j++) {
    let i = first + j * 64u;
    if (i < VECTORS) { dx[i] = pull(x[i], y[i], dy[i]); }
  }
}
