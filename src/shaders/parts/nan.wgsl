// NaN comes through, as in PyTorch. WGSL may assume that there is none, and max, min, exp and comparisons lose it on
// some adapters, so here numbers are told apart by their bits. Over the Value, Bits and Flags of parts/f32 or parts/vec4f.
const INFINITE = 0x7f800000i; // bits of +∞; the size of NaN is above it
const NEGATIVE = -0x800000i; // bits of −∞; those of −0 and of all numbers below are not above it, those of NaN are
const SMALLEST = 0x800000i; // bits of 2^−126; what is smaller may count as 0

/** The bits of v without its sign. */
fn sizeBits(v: Value) -> Bits {
  return bitcast<Bits>(v) & Bits(0x7fffffffi);
}

fn isNan(v: Value) -> Flags {
  return sizeBits(v) > Bits(INFINITE);
}

/** Is v above 0, or NaN? Where a ReLU lets a gradient pass. */
fn passes(v: Value) -> Flags {
  let bits = bitcast<Bits>(v);
  return (bits > Bits(NEGATIVE)) & (bits != Bits());
}

/** max(0, v) */
fn rectified(v: Value) -> Value {
  return select(Value(), v, bitcast<Bits>(v) > Bits(NEGATIVE));
}

/** A number that rises with v. NaN is above all; −0 and 0 are alike. */
fn rank(v: Value) -> Bits {
  let size = sizeBits(v);
  return select(size, -size, bitcast<Bits>(v) <= Bits(NEGATIVE));
}

/** The larger one; the first of equals. */
fn larger(a: Value, b: Value) -> Value {
  return select(a, b, rank(b) > rank(a));
}

/** v where it is one, else NaN. */
fn orNaN(v: Value, isNumber: Flags) -> Value {
  return bitcast<Value>(select(Bits(INFINITE | 0x400000i), bitcast<Bits>(v), isNumber));
}

fn expOf(v: Value) -> Value {
  return select(exp(v), v, isNan(v));
}

/** −∞ at 0 and NaN below it, which WGSL leaves open. */
fn logOf(v: Value) -> Value {
  let bits = bitcast<Bits>(v);
  let above = select(bitcast<Bits>(log(v)), bits, bits >= Bits(INFINITE)); // ∞ and NaN are their own
  let least = select(above, Bits(INFINITE | 0x400000i), bits < Bits());
  return bitcast<Value>(select(least, Bits(NEGATIVE), sizeBits(v) < Bits(SMALLEST)));
}
