// The logistic function and its slope, with their digits at both ends.
// parts: nan

// 1 / (1 + exp(−x)) by exponentials of what is below 0 only: none overflows.
fn sigmoid(x: Value) -> Value {
  let e = expOf(-abs(x));
  return select(e, Value(1f), x >= Value()) / (1f + e);
}

// σ(x) · σ(−x)
fn sigmoidSlope(x: Value) -> Value {
  let e = expOf(-abs(x));
  return e / ((1f + e) * (1f + e));
}

// x where slopes are not 0 or 1 in f32 yet: what is larger, or infinite, must not meet a 0.
fn near(x: Value) -> Value {
  return clamp(x, Value(-100f), Value(100f));
}
