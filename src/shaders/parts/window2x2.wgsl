// The maximum of a 2x2 window's four pixels, four channels at once, and where it is. With RELU, the kernel's, what is
// below 0 counts as 0. NaN is the maximum of its window.
// parts: bytes, nan

struct Largest {
  value: vec4f,
  which: u32, // a byte a channel: the pixel, 0 to 3, the first of equals; 4 where nothing passed the ReLU
}

/** a, b, c and d belong to the pixels that `pixels` numbers. */
fn largestOf(a: vec4f, b: vec4f, c: vec4f, d: vec4f, pixels: vec4u) -> Largest {
  let ranks = array(pooledRank(a), pooledRank(b), pooledRank(c), pooledRank(d));
  let top = max(max(ranks[0], ranks[1]), max(ranks[2], ranks[3]));
  let none = vec4u(4u);
  let first = min(
    min(select(none, vec4u(pixels.x), ranks[0] == top), select(none, vec4u(pixels.y), ranks[1] == top)),
    min(select(none, vec4u(pixels.z), ranks[2] == top), select(none, vec4u(pixels.w), ranks[3] == top)));
  let at = select(first, none, vec4<bool>(RELU) & (top == vec4i()));
  return Largest(ofRank(top), packBytes(at));
}

/** The rank of a pixel, or of what its ReLU makes of it. */
fn pooledRank(v: vec4f) -> vec4i {
  if (RELU) { return select(vec4i(), sizeBits(v), bitcast<vec4i>(v) > vec4i(NEGATIVE)); }
  return rank(v);
}

fn ofRank(rank: vec4i) -> vec4f {
  if (RELU) { return bitcast<vec4f>(rank); }
  return bitcast<vec4f>(select(rank, -rank | vec4i(-0x7fffffffi - 1i), rank < vec4i()));
}
