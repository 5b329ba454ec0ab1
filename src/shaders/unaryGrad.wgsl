// dx = dy · f′(x), elementwise, f as in unary.wgsl. One invocation computes UNROLL vec4, a workgroup 64 × UNROLL
// of them. Reads dy and what f′ needs of x and y once, writes dx once.
// parts: elementwise, nan, vec4f
const RELU_SLOPE = 1f; // of relu above 0: not 1 where dropout has scaled what it kept

const VECTORS = 1u; // vec4s in x
const UNROLL = 4u;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>;

// Both ends belong to the range that clip leaves alone, NaN does not.
fn clip(x: vec4f, dy: vec4f) -> vec4f {
  var dx = dy;
  if (HAS_MIN) { dx = select(vec4f(), dx, rank(x) >= rank(vec4f(MIN))); }
  if (HAS_MAX) { dx = select(vec4f(), dx, rank(x) <= rank(vec4f(MAX))); }
  return select(dx, vec4f(), isNan(x) & vec4<bool>(HAS_MIN || HAS_MAX));
}

// −1, 0 or 1; of NaN 0.
fn signOf(x: vec4f) -> vec4f {
  return vec4f(select(sign(rank(x)), vec4i(), isNan(x)));
}

// σ(x) · σ(−x), with its digits at both ends.
fn logistic(x: vec4f) -> vec4f {
  let e = expOf(-abs(x));
  return e / ((1f + e) * (1f + e));
}

// Φ(x) + x · φ(x), distribution and density of the standard normal. From |x| = 20 on the density is 0, and an x that is
// larger, or infinite, must not meet it.
fn geluSlope(x: vec4f) -> vec4f {
  let near = clamp(x, vec4f(-20f), vec4f(20f));
  let tail = 0.5f * erfc(abs(x) * 0.70710678f);
  let density = 0.39894228f * exp(-0.5f * near * near);
  return select(tail, 1f - tail, x > vec4f()) + near * density;
}

// y = x · σ(v), v = √(8/π) · (x + 0.044715 x³): σ(v) + x · σ′(v) · v′, where from |x| = 20 on σ′ is 0
fn geluTanhSlope(x: vec4f) -> vec4f {
  let near = clamp(x, vec4f(-20f), vec4f(20f));
  let z = near * near;
  let v = 1.5957691f * (near + 0.044715f * z * near);
  return sigmoid(v) + near * logistic(v) * 1.5957691f * (1f + 0.134145f * z);
}

fn pull(x: vec4f, y: vec4f, dy: vec4f) -> vec4f {
  switch OP {
    case NEG: { return -dy; }
    case EXP: { return dy * y; }
    case LOG: { return dy / x; }
    case SQRT: { return 0.5f * dy / y; }
    case SQUARE: { return 2f * x * dy; }
    case ABS: { return signOf(x) * dy; }
    case CLIP: { return clip(x, dy); }
    case LEAKY_RELU: { return select(ALPHA * dy, dy, signOf(x) > vec4f()); }
    case SIGMOID: { return logistic(x) * dy; }
    case TANH: { return 4f * logistic(2f * x) * dy; }
    case GELU: { return select(geluSlope(x), x, isNan(x)) * dy; }
    case GELU_TANH: { return select(geluTanhSlope(x), x, isNan(x)) * dy; }
    default: { return select(vec4f(), RELU_SLOPE * dy, passes(y)); }
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
