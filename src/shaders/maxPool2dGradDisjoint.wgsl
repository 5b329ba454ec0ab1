// dx of maxPool2d where windows do not overlap (stride ≥ window). The image falls into tiles of STRIDE_H × STRIDE_W
// with a window in the corner of each, but for those at the far edge that hold none. One invocation writes one tile of
// one Value: dy at the first maximum of its window, zeros elsewhere; with RELU nothing where the maximum is not above
// 0. A workgroup is 64 of them, channels fastest. Reads the window and one dy, writes the tile.
// parts: each, poolWindow, f32, nan
const TILES_H = 1i; // tiles in a column of the image
const TILES_W = 1i;
const RELU = false;

const NONE = -1i;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read> dy: array<Value>;
@group(0) @binding(2) var<storage, read_write> dx: array<Value>;

fn write(position: u32) {
  let i = i32(position);
  let c = i % C;
  let q = i / C % TILES_W;
  let p = i / (C * TILES_W) % TILES_H;
  let n = i / (C * TILES_W * TILES_H);
  let top = p * STRIDE_H - TOP;
  let left = q * STRIDE_W - LEFT;
  let corner = ((n * H + top) * W + left) * C + c;

  var at = Bits(NONE);
  var cotangent = Value();
  if (p < P && q < Q) {
    let rows = overlap(top, R, H);
    let columns = overlap(left, S, W);
    var best = x[corner + (rows.x * W + columns.x) * C];
    at = Bits(rows.x * STRIDE_W + columns.x);
    for (var r = rows.x; r < rows.y; r++) {
      for (var s = columns.x; s < columns.y; s++) {
        let value = x[corner + (r * W + s) * C];
        at = select(at, Bits(r * STRIDE_W + s), rank(value) > rank(best));
        best = larger(best, value);
      }
    }
    cotangent = dy[((n * P + p) * Q + q) * C + c];
    if (RELU) { cotangent = select(Value(), cotangent, passes(best)); }
  }
  let rows = overlap(top, STRIDE_H, H);
  let columns = overlap(left, STRIDE_W, W);
  for (var r = rows.x; r < rows.y; r++) {
    for (var s = columns.x; s < columns.y; s++) {
      let here = at == Bits(r * STRIDE_W + s);
      dx[corner + (r * W + s) * C] = select(Value(), cotangent, here);
    }
  }
}
