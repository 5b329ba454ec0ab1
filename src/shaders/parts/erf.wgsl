// The error function and the normal distribution.
// parts: nan

// erf(t) / t − 1, for |t| ≤ 0.93, from z = t²: a minimax polynomial (N. Juffa).
fn erfNear(z: Value) -> Value {
  let p = ((-5.967617e-4f * z + 4.9911942e-3f) * z - 0.026768135f) * z + 0.11281993f;
  return (p * z - 0.37612534f) * z + 0.12837917f;
}

// 1 − erf(t) for t ≥ 0, within 6e-8: that one, and another inside an exponential.
fn erfc(t: Value) -> Value {
  let u = min(t, Value(10f));
  var far = (-1.7285347e-5f * u + 3.8319713e-4f) * u - 3.8839644e-3f;
  far = ((far * u + 0.024254622f) * u - 0.10677788f) * u - 0.6348467f;
  far = (far * u - 0.12871751f) * u - u;
  return select(exp(far), 1f - (u + u * erfNear(u * u)), u <= Value(0.92773438f));
}

fn erf(x: Value) -> Value {
  let t = abs(x);
  let u = min(t, Value(1f));
  return sign(x) * select(1f - erfc(t), u + u * erfNear(u * u), t <= Value(0.92773438f));
}

// Distribution function of the standard normal.
fn normal(x: Value) -> Value {
  let tail = 0.5f * erfc(abs(x) * 0.70710678f);
  return select(tail, 1f - tail, x > Value());
}

// Φ(x) + x · φ(x), distribution and density. From |x| = 20 on the density is 0, and an x that is larger, or infinite,
// must not meet it.
fn geluSlope(x: Value) -> Value {
  let bounded = clamp(x, Value(-20f), Value(20f));
  return normal(x) + bounded * 0.39894228f * exp(-0.5f * bounded * bounded);
}
