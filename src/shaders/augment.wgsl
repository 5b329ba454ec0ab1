// y[n] = image n of x as a training step shows it: flipped, moved, turned, scaled, cropped, lighter or darker, with a hole,
// mixed with another of the batch; what is done to it follows from seed, step, STREAM and n alone. One workgroup makes one
// image, 64 values at a time. A value takes one read, four where the image is sampled between pixels (SMOOTH), twice that
// where it is mixed; one write.
// parts: f32, mix, sinCos
const N = 1u; // images
const H = 1u;
const W = 1u;
const C = 1u;
const STREAM = 0u;
const FLIP = false;
const SHIFT = 0i; // pixels, at most
const REFLECT = false; // what lies outside: mirrored, or 0
const SMOOTH = false;
const TURN = 0f; // radians, at most
const SCALE = 0f; // a share more or less, at most
const CROP = 1f; // the least share of a side
const BRIGHTNESS = 0f; // at most
const CONTRAST = 0f; // a share more or less, at most
const CUTOUT = 0i; // side of the hole
const MIXUP = 0f; // alpha of the distribution of shares; 0: not
const CUTMIX = 0f;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> state: array<u32>; // seed, step
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// What is done to one image.
struct Look {
  isFlipped: bool,
  shift: vec2i,
  turn: vec2f, // cosine and sine over the scale, times the crop
  offset: vec2f, // of the crop
  brightness: f32,
  contrast: f32,
  hole: vec2i, // its first column and row
}

fn lookOf(n: u32) -> Look {
  let size = vec2f(f32(W), f32(H));
  let a = uniforms(n, 0u);
  let b = uniforms(n, 1u);
  let c = uniforms(n, 2u);
  let angle = (2f * a.w - 1f) * TURN;
  let side = CROP + (1f - CROP) * b.y;
  let scale = side / (1f + (2f * b.x - 1f) * SCALE);
  return Look(
    FLIP && a.x < 0.5f,
    vec2i(floor(a.yz * f32(2i * SHIFT + 1i))) - SHIFT,
    scale * vec2f(sinAt(angle, 1i), sinAt(angle, 0i)),
    (2f * b.zw - 1f) * (1f - side) * 0.5f * size,
    (2f * c.x - 1f) * BRIGHTNESS,
    1f + (2f * c.y - 1f) * CONTRAST,
    vec2i(c.zw * size) - CUTOUT / 2i,
  );
}

// Without repeating the edge: −1 → 1, L → L − 2.
fn mirrored(at: i32, L: i32) -> i32 {
  let period = max(1i, 2i * L - 2i);
  let k = ((at % period) + period) % period;
  return min(k, period - k);
}

fn pixel(n: u32, at: vec2i, c: u32) -> f32 {
  var p = at;
  if (REFLECT) { p = vec2i(mirrored(at.x, i32(W)), mirrored(at.y, i32(H))); }
  let isInside = all(p >= vec2i()) && all(p < vec2i(i32(W), i32(H)));
  let i = ((n * H + u32(clamp(p.y, 0i, i32(H) - 1i))) * W + u32(clamp(p.x, 0i, i32(W) - 1i))) * C + c;
  return select(0f, x[i], isInside);
}

fn flipped(p: vec2i, isFlipped: bool) -> vec2i {
  return select(p, vec2i(i32(W) - 1i - p.x, p.y), isFlipped);
}

// Where the image is read for a place of the result: from the middle outward cropped, turned and scaled, then shifted,
// then flipped.
fn valueOf(n: u32, look: Look, at: vec2i, c: u32) -> f32 {
  if (CUTOUT > 0i) {
    let inHole = at - look.hole;
    if (all(inHole >= vec2i()) && all(inHole < vec2i(CUTOUT))) { return 0f; }
  }
  var value: f32;
  if (SMOOTH) {
    let middle = 0.5f * vec2f(f32(W) - 1f, f32(H) - 1f);
    let p = vec2f(at) - middle;
    let turned = vec2f(look.turn.x * p.x - look.turn.y * p.y, look.turn.y * p.x + look.turn.x * p.y);
    let q = turned + look.offset + middle + vec2f(look.shift);
    let corner = floor(q);
    let f = q - corner;
    let k = vec2i(corner);
    let upper = mix(
      pixel(n, flipped(k, look.isFlipped), c),
      pixel(n, flipped(k + vec2i(1i, 0i), look.isFlipped), c),
      f.x,
    );
    let lower = mix(
      pixel(n, flipped(k + vec2i(0i, 1i), look.isFlipped), c),
      pixel(n, flipped(k + vec2i(1i, 1i), look.isFlipped), c),
      f.x,
    );
    value = mix(upper, lower, f.y);
  } else {
    value = pixel(n, flipped(at + look.shift, look.isFlipped), c);
  }
  if (BRIGHTNESS > 0f || CONTRAST > 0f) { value = look.contrast * value + look.brightness; }
  return value;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let n = workgroup.x;
  let look = lookOf(n);
  let other = otherOf(n);
  var otherLook = look;
  var blend = Mix(1f, false, vec2i(), vec2i());
  if (MIXED) {
    otherLook = lookOf(other);
    blend = mixOf(n);
  }
  for (var p = lane; p < H * W * C; p += 64u) {
    let at = vec2i(i32(p / C % W), i32(p / (C * W)));
    var value = valueOf(n, look, at, p % C);
    if (MIXED) {
      var share = blend.share;
      if (blend.isBox) { share = select(1f, 0f, all(at >= blend.first) && all(at < blend.end)); }
      value = share * value + (1f - share) * valueOf(other, otherLook, at, p % C);
    }
    y[n * H * W * C + p] = value;
  }
}
