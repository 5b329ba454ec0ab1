// What becomes of the sums of a forward convolution, four channels at a time: bias, ReLU and dropout, or the maximum of
// each 2x2 window of pixels with its place.
// parts: nan, random, vec4f, window2x2
const BIAS = true;
const RELU = false;
const DROP = false; // then dropout, as dropout.wgsl: keeps what draws at least THRESHOLD, times SCALE
const STREAM = 0u;
const THRESHOLD = 0u;
const SCALE = 1f;
const VALUES = K / 4u;
const LARGEST = POOL;

@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL: a byte a channel, 0 to 3, or 4
@group(0) @binding(5) var<storage, read> state: array<u32>; // seed, step; used with DROP

fn biasOf(k: u32) -> vec4f {
  var bias = vec4f();
  if (BIAS) { bias = b[k]; }
  return bias;
}

fn put(split: u32, pixel: u32, k: u32, v: vec4f) {
  let at = pixel * VALUES + k;
  var value = select(v, rectified(v), RELU);
  if (DROP) {
    let kept = pcg4d(vec4u(at, STREAM, state[1], state[0])) >= vec4u(THRESHOLD);
    value = select(vec4f(), SCALE * value, kept);
  }
  y[at] = value;
}

/** Column m of `v` is of the window's pixel m ^ lane. */
fn putLargest(window: u32, k: u32, lane: u32, v: mat4x4f) {
  let largest = largestOf(v[0], v[1], v[2], v[3], vec4u(lane) ^ vec4u(0u, 1u, 2u, 3u));
  y[window * VALUES + k] = largest.value;
  which[window * VALUES + k] = largest.which;
}
