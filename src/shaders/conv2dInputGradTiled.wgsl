// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: parts/tile. A row is an input pixel, a column an input channel, the depth a tap and an output channel. Any shape.
// parts: bytes, conv, tile, stored1, vec4f, nan
const POOL = false; // dy and `which` are of the pooled image, see conv2dTiled
const MASK = false; // keep dx where x > 0 only, times SCALE: the gradient of the ReLU that made x
const SCALE = 1f;
alias ValueY = f32; // vec4f: four output channels

const WIDE_C = C % 4u == 0u; // so has Stored
const WIDE_K = K % 4u == 0u; // so has ValueY four
const ROWS = N * H * W;
const DEPTH = R * S * K;
const SHARE = DEPTH;
const A_ALONG_DEPTH = true;
const B_ALONG_DEPTH = true;
const COLUMN_SUMS = false;

@group(0) @binding(0) var<storage, read> dy: array<ValueY>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<ValueY>;
@group(0) @binding(3) var<storage, read> x: array<Stored>; // used with MASK
@group(0) @binding(4) var<storage, read_write> dx: array<Stored>;

/** Four input pixels: image, row and column, shifted by what is padded. */
struct Rows {
  n: vec4u,
  h: vec4u,
  v: vec4u,
}

fn rowsOf(first: u32) -> Rows {
  let m = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(max(ROWS, 1u) - 1u));
  return Rows(m / (H * W), m / W % H + TOP, m % W + LEFT);
}

/** dy at `at`, of four channels from there on with WIDE_K; with POOL only where the pixel was its window's maximum. */
fn cotangent(at: u32, pixel: u32, isThere: bool) -> vec4f {
  if (!WIDE_K) { return select(vec4f(), vec4f(dy[at]), isThere); }
  let values = vec4f(dy[at / 4u]);
  if (!POOL) { return select(vec4f(), values, isThere); }
  let maxima = unpackBytes(which[at / 4u]);
  return select(vec4f(), values, (maxima == vec4u(pixel)) & vec4<bool>(isThere));
}

/** dy that four input pixels reach through tap t = (r, s, k): of one channel each, or with WIDE_K four. */
fn reached(rows: Rows, t: u32, end: u32) -> mat4x4f {
  let h = rows.h - t / K / S * DILATION_H; // wraps to a huge number above the first row
  let v = rows.v - t / K % S * DILATION_W;
  let p = h / STRIDE_H;
  let q = v / STRIDE_W;
  var isThere = vec4<bool>(within(t, end)) & (p < vec4u(P)) & (q < vec4u(Q));
  if (STRIDE_H * STRIDE_W > 1u) { isThere &= (h % STRIDE_H == vec4u()) & (v % STRIDE_W == vec4u()); }
  var at = (rows.n * P + p) * Q + q;
  if (POOL) {
    isThere &= (p < vec4u(2u * WINDOWS_H)) & (q < vec4u(2u * WINDOWS_W));
    at = (rows.n * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
  }
  at = select(vec4u(), at * K + t % K, isThere);
  let pixel = p % 2u * 2u + q % 2u;
  return mat4x4f(
    cotangent(at.x, pixel.x, isThere.x), cotangent(at.y, pixel.y, isThere.y),
    cotangent(at.z, pixel.z, isThere.z), cotangent(at.w, pixel.w, isThere.w));
}

/** The same of one channel: a pixel each. */
fn column(rows: Rows, t: u32, end: u32) -> vec4f {
  let one = reached(rows, t, end);
  return vec4f(one[0].x, one[1].x, one[2].x, one[3].x);
}

fn blockA(rows: Rows, t: u32, end: u32) -> mat4x4f {
  if (WIDE_K) { return transpose(reached(rows, t, end)); }
  return mat4x4f(
    column(rows, t, end), column(rows, t + 1u, end), column(rows, t + 2u, end), column(rows, t + 3u, end));
}

/** w of input channel c at t = (r, s, k), of four output channels with WIDE_K. */
fn weights(t: u32, c: u32, end: u32) -> vec4f {
  let begin = min(t, max(DEPTH, 1u) - 1u);
  let at = (begin / K * C + min(c, max(C, 1u) - 1u)) * K + begin % K;
  return select(vec4f(), vec4f(w[select(at, at / 4u, WIDE_K)]), within(t, end));
}

fn taps(t: u32, c: u32, end: u32) -> vec4f {
  return vec4f(
    weights(t, c, end).x, weights(t, c + 1u, end).x, weights(t, c + 2u, end).x, weights(t, c + 3u, end).x);
}

fn blockB(t: u32, c: u32, end: u32) -> mat4x4f {
  if (WIDE_K) {
    return transpose(mat4x4f(
      weights(t, c, end), weights(t, c + 1u, end), weights(t, c + 2u, end), weights(t, c + 3u, end)));
  }
  return mat4x4f(taps(t, c, end), taps(t + 1u, c, end), taps(t + 2u, c, end), taps(t + 3u, c, end));
}

fn masked(sums: vec4f, at: u32) -> vec4f {
  if (!MASK) { return sums; }
  return select(vec4f(), sums * SCALE, passes(vec4f(x[at])));
}

fn storeRow(m: u32, c: u32, sums: vec4f) {
  if (m >= ROWS || c >= C) { return; }
  let at = m * C + c;
  if (WIDE_C) {
    dx[at / 4u] = stored(masked(sums, at / 4u));
    return;
  }
  for (var i = 0u; i < min(4u, C - c); i++) { dx[at + i] = stored(masked(vec4f(sums[i]), at + i)); }
}

fn store(split: u32, m: u32, c: u32, sums: mat4x4f) {
  storeRow(m, c, sums[0]);
  storeRow(m + 1u, c, sums[1]);
  storeRow(m + 2u, c, sums[2]);
  storeRow(m + 3u, c, sums[3]);
}

fn storeSums(split: u32, c: u32, sum: vec4f) {}
