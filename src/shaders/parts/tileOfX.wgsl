// What the matrices of parts/tile hold where A is of x, under windows, and a column is an output channel.
const PADDED = true; // can a window reach outside the image?

struct LoadA {
  value: vec4f,
  isThere: vec4<bool>,
}

fn valueA(load: LoadA) -> vec4f {
  if (WHOLE && !PADDED) { return load.value; }
  return select(vec4f(), load.value, load.isThere);
}

/** Four channels, the last where there are fewer. */
struct Column {
  at: vec4u,
}

fn columnOf(k: u32) -> Column {
  if (WIDE_K) { return Column(vec4u(min(k, max(K, 4u) - 4u) / 4u)); }
  return Column(min(k + vec4u(0u, 1u, 2u, 3u), vec4u(max(K, 1u) - 1u)));
}
