// A batch from the data set that lies on the GPU as bytes: image i of the batch is the sample at position
// g = step · N + i of an endless stream that runs through all SAMPLES in a new order every epoch; or,
// with SHUFFLE = false, sample first + i, the last one repeated past the end. One workgroup copies one
// image, 64 pixels at a time: bytes are scaled to 0..1, FLOATS are taken as they are. Where there are no labels, none is
// written.
const N = 1u; // images in the batch
const PIXELS = 1u; // values in an image
const IMAGES = 1u; // images in the set
const SAMPLES = 1u; // entries of indices
const SHUFFLE = true;
const FLOATS = false;
const LABELED = true;
const WIDE = false; // labels are i32, one a word
const HALF_BITS = 1u; // the least with 4^HALF_BITS >= SAMPLES

@group(0) @binding(0) var<storage, read> images: array<u32>; // bytes, four a word, or the bits of f32
@group(0) @binding(1) var<storage, read> labels: array<u32>; // bytes, four a word, or WIDE
@group(0) @binding(2) var<storage, read> indices: array<u32>; // which of the images belong to the set
@group(0) @binding(3) var<storage, read> state: array<u32>; // [seed, step]; without SHUFFLE [first]
@group(0) @binding(4) var<storage, read_write> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<i32>;

// PCG's output permutation as a hash (Jarzynski & Olano 2020, JCGT 9(3), "pcg").
fn hash(value: u32) -> u32 {
  let s = value * 747796405u + 2891336453u;
  let word = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (word >> 22u) ^ word;
}

// A pseudorandom bijection of 0..SAMPLES-1: a Feistel network permutes 0..4^HALF_BITS-1, and is applied
// again while it leads outside (Black & Rogaway 2002, cycle walking); it ends, for the cycle comes back to
// where it began, which is inside. Eight rounds: with four, orders of ten samples were visibly uneven.
fn shuffled(position: u32, key: u32) -> u32 {
  let mask = (1u << HALF_BITS) - 1u;
  var at = position;
  loop {
    var left = at >> HALF_BITS;
    var right = at & mask;
    for (var round = 0u; round < 8u; round++) {
      let mixed = left ^ (hash(right ^ hash(key + round)) & mask);
      left = right;
      right = mixed;
    }
    at = (left << HALF_BITS) | right;
    if (at < SAMPLES) { break; }
  }
  return at;
}

fn sampleOf(i: u32) -> u32 {
  if (!SHUFFLE) { return indices[min(state[0] + i, SAMPLES - 1u)]; }
  // epoch = ⌊g / SAMPLES⌋ and the rest, without forming g, which would not fit into 32 bits for long.
  let turns = state[1] / SAMPLES;
  let g = (state[1] % SAMPLES) * N + i;
  let epoch = turns * N + g / SAMPLES;
  return indices[shuffled(g % SAMPLES, hash(epoch ^ hash(state[0])))];
}

fn byteOf(word: u32, at: u32) -> u32 {
  return extractBits(word, 8u * (at % 4u), 8u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = workgroup.x;
  let sample = sampleOf(i);
  if (sample >= IMAGES) { // no sample has that number: none lends its values
    for (var p = lane; p < PIXELS; p += 64u) { x[i * PIXELS + p] = bitcast<f32>(0x7fc00000u | lane); } // NaN
    if (LABELED && lane == 0u) { y[i] = -1i; }
    return;
  }
  for (var p = lane; p < PIXELS; p += 64u) {
    let at = sample * PIXELS + p;
    if (FLOATS) {
      x[i * PIXELS + p] = bitcast<f32>(images[at]);
    } else {
      x[i * PIXELS + p] = f32(byteOf(images[at / 4u], at)) / 255.0;
    }
  }
  if (LABELED && lane == 0u) {
    if (WIDE) { y[i] = bitcast<i32>(labels[sample]); }
    else { y[i] = i32(byteOf(labels[sample / 4u], sample)); }
  }
}
