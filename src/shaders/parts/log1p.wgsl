// ln(1 + x) and eˣ − 1 with their digits where x is small.
// parts: nan

// There 2 · artanh(x / (2 + x)), as a series.
fn log1p(x: Value) -> Value {
  let s = x / (2f + x);
  let z = s * s;
  let series = 2f * s + 2f * s * z * (0.33333334f + z * (0.2f + z * (0.14285715f + z * 0.11111111f)));
  return select(logOf(1f + x), series, (x > Value(-0.33f)) & (x < Value(0.5f)));
}

fn expm1(x: Value) -> Value {
  let u = clamp(x, Value(-0.5f), Value(0.5f));
  let p = 1f + u * (0.125f + u * 0.013888889f);
  let q = 1f + u * 0.2f * (1f + u * 0.16666667f * (1f + u * 0.14285715f * p));
  let series = u + u * u * 0.5f * (1f + u * 0.33333334f * (1f + u * 0.25f * q));
  return select(expOf(x) - 1f, series, abs(x) <= Value(0.5f));
}
