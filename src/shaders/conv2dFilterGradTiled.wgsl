// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: parts/tile. A row is a row of the filter, a column an output channel, the depth an output pixel. Any shape.
// parts: bytes, conv, splits, tile, tileOfX, stored1
alias ValueX = f32; // vec4f: four input channels

const WIDE_C = C % 4u == 0u; // so has ValueX four
const WIDE_K = K % 4u == 0u; // so has Stored
const DEPTH = PIXELS;
const A_ALONG_DEPTH = false;
const B_ALONG_DEPTH = false;
const COLUMN_SUMS = true;

@group(0) @binding(0) var<storage, read> x: array<ValueX>;
@group(0) @binding(1) var<storage, read> dy: array<Stored>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<Stored>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<Stored>; // [SPLIT, K]

/** Four rows of the filter: row and column of x from the first tap's, and how far their values lie from there. */
struct Row {
  r: vec4u,
  s: vec4u,
  at: vec4u,
}

fn rowOf(row: u32) -> Row {
  let m = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(max(ROWS, 1u) - 1u));
  let r = m / C / S * DILATION_H;
  let s = m / C % S * DILATION_W;
  if (WIDE_C) { return Row(r, s, (r * W + s) * (C / 4u) + m % C / 4u); }
  return Row(r, s, (r * W + s) * C + m % C);
}

/** An output pixel: image, row and column. */
struct Pixel {
  n: u32,
  p: u32,
  q: u32,
}

fn after(pixel: Pixel) -> Pixel {
  let isRowsLast = pixel.q + 1u == Q;
  let isLast = isRowsLast && pixel.p + 1u == P;
  return Pixel(
    pixel.n + u32(isLast), select(pixel.p + u32(isRowsLast), 0u, isLast), select(pixel.q + 1u, 0u, isRowsLast));
}

/** Which of its window a pixel is: an invocation that loads four of them begins with the first. */
fn placeInWindow(t: u32, n: u32, loads: u32) -> u32 {
  return select(t % 4u, 0u, loads == 4u) + n;
}

/** The nth pixel from t on. */
fn pixelOf(t: u32, n: u32) -> Pixel {
  if (POOL) {
    let window = t / 4u;
    let place = placeInWindow(t, n, LOADS_A);
    return Pixel(
      window / (WINDOWS_H * WINDOWS_W), window / WINDOWS_W % WINDOWS_H * 2u + place / 2u,
      window % WINDOWS_W * 2u + place % 2u);
  }
  var pixel = Pixel(t / (P * Q), t / Q % P, t % Q);
  for (var i = 0u; i < n; i++) { pixel = after(pixel); }
  return pixel;
}

/** x under the nth pixel from depth + along on, at four rows of the filter. */
fn loadA(row: Row, depth: u32, along: u32, n: u32, end: u32) -> LoadA {
  let t = depth + along;
  let pixel = pixelOf(t, n);
  let h = pixel.p * STRIDE_H - TOP; // wraps above the image
  let v = pixel.q * STRIDE_W - LEFT;
  var isThere = vec4<bool>(within(t + n, end));
  if (PADDED) { isThere &= (h + row.r < vec4u(H)) & (v + row.s < vec4u(W)); }
  let first = (pixel.n * H + h) * W + v;
  if (WIDE_C) { return LoadA(vec4f(x[select(0u, first * (C / 4u) + row.at.x, isThere.x)]), vec4<bool>(isThere.x)); }
  let at = select(vec4u(), first * C + row.at, isThere);
  return LoadA(vec4f(vec4f(x[at.x]).x, vec4f(x[at.y]).x, vec4f(x[at.z]).x, vec4f(x[at.w]).x), isThere);
}

struct LoadB {
  value: vec4f,
  isThere: bool,
  which: u32, // with POOL the maxima of four windows,
  place: u32, // and the one that counts
}

fn valueB(load: LoadB) -> vec4f {
  let value = select(vec4f(), load.value, WHOLE || load.isThere);
  if (POOL) { return select(vec4f(), value, unpackBytes(load.which) == vec4u(load.place)); }
  return value;
}

/** dy of the nth pixel from depth + along on; with POOL of its window, of whose gradient each channel's maximum gets all. */
fn loadB(column: Column, depth: u32, along: u32, n: u32, end: u32) -> LoadB {
  let t = depth + along;
  let isThere = within(t + n, end);
  if (POOL) {
    let at = select(0u, t / 4u, isThere) * (K / 4u) + column.at.x;
    return LoadB(vec4f(dy[at]), isThere, which[at], placeInWindow(t, n, LOADS_B));
  }
  let row = select(0u, t + n, isThere);
  if (WIDE_K) { return LoadB(vec4f(dy[row * (K / 4u) + column.at.x]), isThere, 0u, 0u); }
  let at = row * K + column.at;
  return LoadB(vec4f(vec4f(dy[at.x]).x, vec4f(dy[at.y]).x, vec4f(dy[at.z]).x, vec4f(dy[at.w]).x), isThere, 0u, 0u);
}

fn storeRow(split: u32, m: u32, k: u32, sums: vec4f) {
  if (m >= ROWS || k >= K) { return; }
  let at = (split * ROWS + m) * K + k;
  if (WIDE_K) {
    dw[at / 4u] = stored(sums);
    return;
  }
  for (var i = 0u; i < min(4u, K - k); i++) { dw[at + i] = stored(vec4f(sums[i])); }
}

fn store(split: u32, m: u32, k: u32, sums: mat4x4f) {
  storeRows(split, m, k, sums);
}

fn storeSums(split: u32, k: u32, sum: vec4f) {
  if (k >= K) { return; }
  let at = split * K + k;
  if (WIDE_K) {
    db[at / 4u] = stored(sum);
    return;
  }
  for (var i = 0u; i < min(4u, K - k); i++) { db[at + i] = stored(vec4f(sum[i])); }
}
