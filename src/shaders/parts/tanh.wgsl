// tanh: below 0.6 a polynomial in x² (1e-8 relative), above it 1 − 2e / (1 + e) with e = exp(−2|x|).
fn tanhOf(x: Value) -> Value {
  let z = x * x;
  let p = (((-0.0062691197f * z + 0.021110959f) * z - 0.05387395f) * z + 0.13332915f) * z - 0.3333333f;
  let e = exp(-2f * abs(x));
  let far = sign(x) * (1f - 2f * e / (1f + e));
  return select(far, x + x * z * p, abs(x) < Value(0.6f));
}

// y = x · σ(v), v = √(8/π) · (x + 0.044715 x³): σ(v) + x · σ′(v) · v′, where from |x| = 20 on σ′ is 0
fn geluTanhSlope(x: Value) -> Value {
  let bounded = clamp(x, Value(-20f), Value(20f));
  let z = bounded * bounded;
  let v = 1.5957691f * (bounded + 0.044715f * z * bounded);
  return sigmoid(v) + bounded * sigmoidSlope(v) * 1.5957691f * (1f + 0.134145f * z);
}
