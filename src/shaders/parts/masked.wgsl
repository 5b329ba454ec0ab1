// What becomes of the sums of an input gradient, four channels at a time. With MASK x came out of a ReLU, whose gradient is
// applied on the way out.
// parts: nan, vec4f
const MASK = false; // keep dx where x > 0 only, times SCALE
const SCALE = 1f;
const VALUES = C / 4u;

@group(0) @binding(3) var<storage, read> x: array<vec4f>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;

fn put(split: u32, pixel: u32, c: u32, v: vec4f) {
  let at = (pixel % N * (H * W) + pixel / N) * VALUES + c;
  var value = v;
  if (MASK) { value = select(vec4f(), v * SCALE, passes(x[at])); }
  dx[at] = value;
}
