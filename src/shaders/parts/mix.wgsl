// The random numbers of augmentation, and which two images of a batch are mixed and how: mixup (Zhang et al. 2018), cutmix
// (Yun et al. 2019), or either as likely as the other where both are asked for. Each image has numbers of its own. For
// kernels that have N, H, W, STREAM, MIXUP, CUTMIX and the binding `state`.
// parts: random

// Four numbers in [0, 1) of image n. Places of `rand` and dropout lie below 2³¹: above, none is shared.
fn uniforms(n: u32, draw: u32) -> vec4f {
  let bits = pcg4d(vec4u(n | (draw << 16u) | 0x80000000u, STREAM, state[1], state[0]));
  return vec4f(bits >> vec4u(8u)) * 5.9604645e-8f; // 2⁻²⁴
}

// The images are mixed in a round: each with the one so many places further.
fn otherOf(n: u32) -> u32 {
  let bits = pcg4d(vec4u(0xffffffffu, STREAM, state[1], state[0])).x;
  return (n + 1u + bits % max(1u, N - 1u)) % N;
}

// A number of the distribution Beta(alpha, alpha), alpha at most 1: two powers, drawn until their sum is at most 1. (Jöhnk
// 1964) In 64 draws all but one in 10¹⁹ come to it.
fn betaOf(n: u32, alpha: f32) -> f32 {
  for (var draw = 8u; draw < 40u; draw++) {
    let u = uniforms(n, draw) + 2.9802322e-8f;
    let r = pow(u, vec4f(1f / alpha));
    if (r.x + r.y <= 1f) { return shareOf(u.xy, r.xy, alpha); }
    if (r.z + r.w <= 1f) { return shareOf(u.zw, r.zw, alpha); }
  }
  return 0.5f;
}

// The first power's share of both, by their logarithms where both powers are hardly numbers any more.
fn shareOf(u: vec2f, r: vec2f, alpha: f32) -> f32 {
  if (r.x + r.y > 1e-30f) { return r.x / (r.x + r.y); }
  return 1f / (1f + exp(clamp((log(u.y) - log(u.x)) / alpha, -80f, 80f)));
}

const MIXED = MIXUP > 0f || CUTMIX > 0f;

struct Mix {
  share: f32, // of the image itself
  isBox: bool,
  first: vec2i, // inside this box, columns and rows, all is the other's
  end: vec2i,
}

fn mixOf(n: u32) -> Mix {
  let r = uniforms(n, 3u);
  let isBox = CUTMIX > 0f && (MIXUP == 0f || r.x < 0.5f);
  let share = betaOf(n, select(MIXUP, CUTMIX, isBox));
  if (!isBox) { return Mix(share, false, vec2i(), vec2i()); }
  let half = vec2i(vec2f(f32(W), f32(H)) * sqrt(1f - share)) / 2;
  let center = vec2i(r.yz * vec2f(f32(W), f32(H)));
  let first = max(center - half, vec2i());
  let end = min(center + half, vec2i(i32(W), i32(H)));
  let area = f32((end.x - first.x) * (end.y - first.y));
  return Mix(1f - area / f32(H * W), true, first, end);
}
