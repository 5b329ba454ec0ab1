// y = f(x), elementwise. One invocation computes UNROLL vec4, a workgroup 64 × UNROLL of them, strided so that
// neighbours read neighbours. Reads x once, writes y once. Tensors are padded to whole vec4.
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

const VECTORS = 1u; // vec4s in x
const UNROLL = 4u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

fn clip(x: vec4f) -> vec4f {
  var y = x;
  if (HAS_MIN) { y = max(y, vec4f(MIN)); }
  if (HAS_MAX) { y = min(y, vec4f(MAX)); }
  return y;
}

// 1 / (1 + exp(−x)) by exponentials of what is below 0 only: none overflows, and both ends keep their digits.
fn sigmoid(x: vec4f) -> vec4f {
  let e = exp(-abs(x));
  return select(e, vec4f(1f), x >= vec4f()) / (1f + e);
}

// Below 0.6 a polynomial in x² (1e-8 relative), above it 1 − 2e / (1 + e) with e = exp(−2|x|).
fn tanhOf(x: vec4f) -> vec4f {
  let z = x * x;
  let p = (((-0.0062691197f * z + 0.021110959f) * z - 0.05387395f) * z + 0.13332915f) * z - 0.3333333f;
  let e = exp(-2f * abs(x));
  let far = sign(x) * (1f - 2f * e / (1f + e));
  return select(far, x + x * z * p, abs(x) < vec4f(0.6f));
}

// 1 − erf(t) for t ≥ 0, within 6e-8: two minimax polynomials (N. Juffa), the far one inside an exponential.
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

// Distribution function of the standard normal.
fn normal(x: vec4f) -> vec4f {
  let tail = 0.5f * erfc(abs(x) * 0.70710678f);
  return select(tail, 1f - tail, x > vec4f());
}

fn f(x: vec4f) -> vec4f {
  switch OP {
    case NEG: { return -x; }
    case EXP: { return exp(x); }
    case LOG: { return log(x); }
    case SQRT: { return sqrt(x); }
    case SQUARE: { return x * x; }
    case ABS: { return abs(x); }
    case CLIP: { return clip(x); }
    case LEAKY_RELU: { return select(ALPHA * x, x, x > vec4f()); }
    case SIGMOID: { return sigmoid(x); }
    case TANH: { return tanhOf(x); }
    case GELU: { return x * normal(x); }
    // x/2 · (1 + tanh u) = x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³)
    case GELU_TANH: { return x * sigmoid(1.5957691f * (x + 0.044715f * x * x * x)); }
    default: { return max(x, vec4f()); }
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
    if (i < VECTORS) { y[i] = f(x[i]); }
  }
}
