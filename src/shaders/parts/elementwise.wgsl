// The elementwise functions that unary and unaryGrad choose from, their parameters, and what both compute by.
// parts: nan
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

// 1 / (1 + exp(−x)) by exponentials of what is below 0 only: none overflows, and both ends keep their digits.
fn sigmoid(x: Value) -> Value {
  let e = expOf(-abs(x));
  return select(e, Value(1f), x >= Value()) / (1f + e);
}

// 1 − erf(t) for t ≥ 0, within 6e-8: two minimax polynomials (N. Juffa), the far one inside an exponential.
fn erfc(t: Value) -> Value {
  let u = min(t, Value(10f));
  var far = (-1.7285347e-5f * u + 3.8319713e-4f) * u - 3.8839644e-3f;
  far = ((far * u + 0.024254622f) * u - 0.10677788f) * u - 0.6348467f;
  far = (far * u - 0.12871751f) * u - u;
  let z = u * u;
  var near = ((-5.967617e-4f * z + 4.9911942e-3f) * z - 0.026768135f) * z + 0.11281993f;
  near = (near * z - 0.37612534f) * z + 0.12837917f;
  return select(exp(far), 1f - (u + u * near), u <= Value(0.92773438f));
}
