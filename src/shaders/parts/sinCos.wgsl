// sin and cos within 2e-7 up to |x| = 8192, whatever the adapter's own are worth. (Cephes, S. L. Moshier)

// sin(x + quarters · π/2). π/2 is taken off in three parts, of which the first two multiply without rounding.
fn sinAt(x: Value, quarters: i32) -> Value {
  let k = round(x * 0.63661977f);
  let r = ((x - k * 1.5703125f) - k * 4.837513e-4f) - k * 7.54979e-8f;
  let z = r * r;
  let s = ((-1.9515296e-4f * z + 8.332161e-3f) * z - 0.16666655f) * z * r + r;
  let c = ((2.4433157e-5f * z - 1.3887316e-3f) * z + 0.041666646f) * z * z - 0.5f * z + 1f;
  let q = Bits(k) + quarters;
  let y = select(s, c, (q & Bits(1)) != Bits());
  return select(y, -y, (q & Bits(2)) != Bits());
}
