// Images enlarged: y[n,p,q,c] = x at (A · p + B) / D rows and columns, between two of which it is weighted (BILINEAR), or
// of which the one below counts. NHWC. Whole numbers say where: nothing is rounded. One invocation computes one Value of
// y, a workgroup 64, channels fastest. One read or four, one write.
// parts: each, f32, resample
const VALUES = 1i; // in y
const C = 1i; // in Values
const P = 1i;
const Q = 1i;

const COUNT = u32(VALUES);

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

fn write(at: u32) {
  let i = i32(at);
  let c = i % C;
  let row = rowOf(i / (C * Q) % P);
  let column = columnOf(i / C % Q);
  let image = i / (C * Q * P) * H;
  let upper = (image + row.low) * W;
  if (!BILINEAR) {
    y[i] = x[(upper + column.low) * C + c];
    return;
  }
  let lower = (image + row.high) * W;
  let above = x[(upper + column.low) * C + c] * (1.0 - column.part) + x[(upper + column.high) * C + c] * column.part;
  let below = x[(lower + column.low) * C + c] * (1.0 - column.part) + x[(lower + column.high) * C + c] * column.part;
  y[i] = above * (1.0 - row.part) + below * row.part;
}
