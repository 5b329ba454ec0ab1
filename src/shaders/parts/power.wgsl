// a to the power b, also for b whose power of a negative a exists, and for NaN and infinity as IEEE 754 has them.
// parts: nan

// log₂ of a number from 2^−126, in whole and broken part: |a| = 2^x · 2^y, y from −½ to ½.
const SIGN = -0x7fffffffi - 1i;

struct Logarithm { whole: Value, part: Value }

fn log2Of(a: Value) -> Logarithm {
  let bits = sizeBits(a);
  let mantissa = bitcast<Value>((bits & Bits(0x7fffff)) | Bits(0x3f800000));
  let isUpper = mantissa > Value(1.4142135f);
  let m = select(mantissa, 0.5f * mantissa, isUpper);
  let exponent = (bits >> Words(23u)) - 127 + select(Bits(), Bits(1), isUpper);
  // 2 · artanh(s) / ln 2
  let s = (m - 1f) / (m + 1f);
  let z = s * s;
  let series = 0.33333334f + z * (0.2f + z * (0.14285715f + z * 0.11111111f));
  return Logarithm(Value(exponent), 2.885390f * (s + s * z * series));
}

fn power(a: Value, b: Value) -> Value {
  let size = sizeBits(a);
  let isZero = size < Bits(SMALLEST);
  let isInfinite = size == Bits(INFINITE);
  let log = log2Of(a);
  let exponent = clamp(b, Value(-1e30f), Value(1e30f));
  // Where the result is 0 or infinite only its side counts.
  let whole = select(select(log.whole, Value(-1000f), isZero), Value(1000f), isInfinite);
  let part = select(log.part, Value(), isZero | isInfinite);
  let rough = clamp(exponent * (whole + part), Value(-1000f), Value(1000f));
  let near = select(Value(), exponent, abs(rough) < Value(200f));
  let p = near * select(whole, Value(), isZero | isInfinite);
  let n = round(p);
  let q = (p - n) + near * part;
  let m = round(q);
  let k = clamp(n + m, Value(-200f), Value(200f));
  let half = round(0.5f * k); // 2^k may be no number where the product is one
  var y = exp2(q - m) * exp2(half) * exp2(k - half);
  // What people mostly ask for, without an error.
  y = select(y, abs(a) * abs(a), b == Value(2f));
  y = select(y, abs(a) * abs(a) * abs(a), b == Value(3f));

  let isWhole = (floor(b) == b) | (abs(b) >= Value(16777216f));
  let isOdd = isWhole & (abs(b) < Value(16777216f)) & ((Bits(clamp(b, Value(-16777216f), Value(16777216f))) & Bits(1)) == Bits(1));
  let isNegative = bitcast<Bits>(a) < Bits();
  var bits = bitcast<Bits>(y);
  bits = select(bits, Bits(INFINITE), rough >= Value(128f));
  bits = select(bits, Bits(), rough <= Value(-150f));
  bits = select(bits, bits | Bits(SIGN), isNegative & isOdd);
  let isReal = !isNegative | isWhole | isZero | isInfinite;
  bits = select(Bits(INFINITE | 0x400000i), bits, isReal & !isNan(a) & !isNan(b));
  let isOne = (sizeBits(b) == Bits()) | (bitcast<Bits>(a) == Bits(0x3f800000));
  return bitcast<Value>(select(bits, Bits(0x3f800000), isOne));
}
