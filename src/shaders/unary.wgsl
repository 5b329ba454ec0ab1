// y = f(x), elementwise. One invocation computes UNROLL vec4, a workgroup 64 × UNROLL of them, strided so that
// neighbours read neighbours. Reads x once, writes y once. Tensors are padded to whole vec4.
// parts: elementwise, nan, vec4f
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

// Below 0.6 a polynomial in x² (1e-8 relative), above it 1 − 2e / (1 + e) with e = exp(−2|x|).
fn tanhOf(x: vec4f) -> vec4f {
  let z = x * x;
  let p = (((-0.0062691197f * z + 0.021110959f) * z - 0.05387395f) * z + 0.13332915f) * z - 0.3333333f;
  let e = exp(-2f * abs(x));
  let far = sign(x) * (1f - 2f * e / (1f + e));
  return select(far, x + x * z * p, abs(x) < vec4f(0.6f));
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
    case LOG: { return logOf(x); }
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
    default: { return rectified(x); }
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
    if (i < VECTORS) { y[i] = select(f(x[i]), x[i], isNan(x[i])); }
  }
}
