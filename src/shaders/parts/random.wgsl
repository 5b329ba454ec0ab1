// Random numbers without a state: a hash of four numbers to four, such as of an index, a stream, a step and a seed.
// (pcg4d: Jarzynski & Olano 2020, "Hash functions for GPU rendering")
fn mixed(v: vec4u) -> vec4u {
  var h = v;
  h.x += h.y * h.w;
  h.y += h.z * h.x;
  h.z += h.x * h.y;
  h.w += h.y * h.z;
  return h;
}

fn pcg4d(v: vec4u) -> vec4u {
  let h = mixed(v * 1664525u + 1013904223u);
  return mixed(h ^ (h >> vec4u(16u)));
}
