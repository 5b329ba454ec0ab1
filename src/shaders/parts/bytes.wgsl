// Four bytes of a word as four numbers, and back; the first lies lowest.
fn unpackBytes(word: u32) -> vec4u {
  return (vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(255u);
}

fn packBytes(bytes: vec4u) -> u32 {
  let parts = (bytes & vec4u(255u)) << vec4u(0u, 8u, 16u, 24u);
  return parts.x | parts.y | parts.z | parts.w;
}
