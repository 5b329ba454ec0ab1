// Comparisons that NaN does not pass, whatever the adapter makes of one.
// parts: nan
fn areNumbers(a: Value, b: Value) -> Flags {
  return !(isNan(a) | isNan(b));
}

fn isEqual(a: Value, b: Value) -> Flags {
  return (rank(a) == rank(b)) & areNumbers(a, b);
}

fn isLess(a: Value, b: Value) -> Flags {
  return (rank(a) < rank(b)) & areNumbers(a, b);
}

fn isAtMost(a: Value, b: Value) -> Flags {
  return (rank(a) <= rank(b)) & areNumbers(a, b);
}
