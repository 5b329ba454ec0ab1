// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits.
// The idea: parts/tile. A row is a row of the filter, a column an output channel, the depth an output pixel. Any shape.
// parts: bytes, conv, tile, stored1
const PADDED = true;
const POOL = false; // dy and `which` are of the pooled image, see conv2dTiled
const SPLIT = 1u; // partial sums
const SHARE = 16u; // pixels of one partial sum, a multiple of 4
alias ValueX = f32; // vec4f: four input channels

const WIDE_C = C % 4u == 0u; // so has ValueX four
const WIDE_K = K % 4u == 0u; // so has Stored
const ROWS = R * S * C;
const DEPTH = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const A_ALONG_DEPTH = false;
const B_ALONG_DEPTH = false;
const COLUMN_SUMS = true;

@group(0) @binding(0) var<storage, read> x: array<ValueX>;
@group(0) @binding(1) var<storage, read> dy: array<Stored>;
@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(3) var<storage, read_write> dw: array<Stored>; // [SPLIT, R, S, C, K]
@group(0) @binding(4) var<storage, read_write> db: array<Stored>; // [SPLIT, K]

/** Four rows of the filter: row and column of x from the first tap's, and how far its value lies from there. */
struct Rows {
  r: vec4u,
  s: vec4u,
  at: vec4u,
}

fn rowsOf(first: u32) -> Rows {
  let m = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(max(ROWS, 1u) - 1u));
  let r = m / C / S * DILATION_H;
  let s = m / C % S * DILATION_W;
  return Rows(r, s, (r * W + s) * C + m % C);
}

/** An output pixel: image, row and column. */
struct Pixel {
  n: u32,
  p: u32,
  q: u32,
}

/** x under an output pixel at four rows of the filter. */
fn valuesX(rows: Rows, pixel: Pixel, isWithin: bool) -> vec4f {
  let h = pixel.p * STRIDE_H - TOP; // wraps above the image
  let v = pixel.q * STRIDE_W - LEFT;
  var isThere = vec4<bool>(isWithin);
  if (PADDED) { isThere &= (h + rows.r < vec4u(H)) & (v + rows.s < vec4u(W)); }
  let at = select(vec4u(), ((pixel.n * H + h) * W + v) * C + rows.at, isThere);
  if (WIDE_C) { return select(vec4f(), vec4f(x[at.x / 4u]), isThere.x); }
  let found = vec4f(vec4f(x[at.x]).x, vec4f(x[at.y]).x, vec4f(x[at.z]).x, vec4f(x[at.w]).x);
  return select(vec4f(), found, isThere);
}

fn after(pixel: Pixel) -> Pixel {
  let isRowsLast = pixel.q + 1u == Q;
  let isLast = isRowsLast && pixel.p + 1u == P;
  return Pixel(
    pixel.n + u32(isLast), select(pixel.p + u32(isRowsLast), 0u, isLast), select(pixel.q + 1u, 0u, isRowsLast));
}

fn blockA(rows: Rows, t: u32, end: u32) -> mat4x4f {
  if (POOL) {
    let window = t / 4u;
    let n = window / (WINDOWS_H * WINDOWS_W);
    let p = window / WINDOWS_W % WINDOWS_H * 2u;
    let q = window % WINDOWS_W * 2u;
    let isWithin = within(t, end);
    return mat4x4f(
      valuesX(rows, Pixel(n, p, q), isWithin), valuesX(rows, Pixel(n, p, q + 1u), isWithin),
      valuesX(rows, Pixel(n, p + 1u, q), isWithin), valuesX(rows, Pixel(n, p + 1u, q + 1u), isWithin));
  }
  let first = Pixel(t / (P * Q), t / Q % P, t % Q);
  let second = after(first);
  let third = after(second);
  return mat4x4f(
    valuesX(rows, first, within(t, end)), valuesX(rows, second, within(t + 1u, end)),
    valuesX(rows, third, within(t + 2u, end)), valuesX(rows, after(third), within(t + 3u, end)));
}

/** dy of four channels from k on at pixel t; with POOL at the window t. */
fn cotangents(t: u32, k: u32, end: u32) -> vec4f {
  let first = min(t, max(DEPTH, 1u) - 1u) * K;
  if (WIDE_K) { return select(vec4f(), vec4f(dy[(first + min(k, max(K, 4u) - 4u)) / 4u]), within(t, end)); }
  let at = first + min(k + vec4u(0u, 1u, 2u, 3u), vec4u(max(K, 1u) - 1u));
  let found = vec4f(vec4f(dy[at.x]).x, vec4f(dy[at.y]).x, vec4f(dy[at.z]).x, vec4f(dy[at.w]).x);
  return select(vec4f(), found, within(t, end));
}

fn blockB(t: u32, k: u32, end: u32) -> mat4x4f {
  if (POOL) { // the four pixels are a window, of whose gradient each channel's maximum gets all
    let window = min(t, max(DEPTH, 4u) - 4u) / 4u;
    let quad = (window * K + min(k, max(K, 4u) - 4u)) / 4u;
    let values = select(vec4f(), vec4f(dy[quad]), within(t, end));
    let maxima = unpackBytes(which[quad]);
    return mat4x4f(
      select(vec4f(), values, maxima == vec4u(0u)), select(vec4f(), values, maxima == vec4u(1u)),
      select(vec4f(), values, maxima == vec4u(2u)), select(vec4f(), values, maxima == vec4u(3u)));
  }
  return mat4x4f(cotangents(t, k, end), cotangents(t + 1u, k, end), cotangents(t + 2u, k, end), cotangents(t + 3u, k, end));
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
  storeRow(split, m, k, sums[0]);
  storeRow(split, m + 1u, k, sums[1]);
  storeRow(split, m + 2u, k, sums[2]);
  storeRow(split, m + 3u, k, sums[3]);
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
