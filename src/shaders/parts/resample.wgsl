// Where rows and columns of an enlarged image lie in the small one: row p at (A_H · p + B_H) / D_H, columns alike, no
// further than its ends.
const H = 1i;
const W = 1i;
const BILINEAR = false;
const A_H = 1i;
const B_H = 0i;
const D_H = 1i;
const A_W = 1i;
const B_W = 0i;
const D_W = 1i;

// Two neighbors, and how far it is from the low one to the high one.
struct Between {
  low: i32,
  high: i32,
  part: f32,
}

fn between(numerator: i32, d: i32, size: i32) -> Between {
  let inside = clamp(numerator, 0, (size - 1) * d);
  let low = inside / d;
  let part = select(0.0, f32(inside % d) / f32(d), BILINEAR);
  return Between(low, min(low + 1, size - 1), part);
}

fn rowOf(p: i32) -> Between {
  return between(A_H * p + B_H, D_H, H);
}

fn columnOf(q: i32) -> Between {
  return between(A_W * q + B_W, D_W, W);
}
