// dx of upsample2d: each dy goes to the elements of x that it was made of, by their weights. One invocation computes one
// Value of dx, a workgroup 64, channels fastest: it gathers from all rows and columns that x's element was mixed into,
// so that sums have a fixed order. Reads dy of up to two blocks in either direction, one write.
// parts: each, f32, resample
const VALUES = 1i; // in dx
const C = 1i; // in Values
const P = 1i;
const Q = 1i;

const COUNT = u32(VALUES);

@group(0) @binding(0) var<storage, read> dy: array<Value>;
@group(0) @binding(1) var<storage, read_write> dx: array<Value>;

// Of `count` rows of dy, at (a · p + b) / d, those that may have been made of row `at`: first, and last. For the rows at
// the ends they reach beyond the image, so that what lies there counts, too.
fn reach(at: i32, count: i32, a: i32, b: i32, d: i32) -> vec2i {
  let first = (d * select(at, at - 1, BILINEAR) - b) / max(a, 1);
  let last = (d * (at + 1) - b) / max(a, 1) + 1;
  return vec2i(max(first, 0), min(last, count - 1));
}

fn weightOf(place: Between, at: i32) -> f32 {
  return select(0.0, 1.0 - place.part, place.low == at) + select(0.0, place.part, place.high == at);
}

fn write(at: u32) {
  let i = i32(at);
  let c = i % C;
  let h = i / (C * W) % H;
  let v = i / C % W;
  let image = i / (C * W * H) * P;
  let rows = reach(h, P, A_H, B_H, D_H);
  let columns = reach(v, Q, A_W, B_W, D_W);

  var sum = Value();
  for (var p = rows.x; p <= rows.y; p++) {
    let down = weightOf(rowOf(p), h);
    if (down == 0.0) { continue; }
    for (var q = columns.x; q <= columns.y; q++) {
      let along = weightOf(columnOf(q), v);
      if (along != 0.0) { sum += dy[((image + p) * Q + q) * C + c] * (down * along); }
    }
  }
  dx[i] = sum;
}
