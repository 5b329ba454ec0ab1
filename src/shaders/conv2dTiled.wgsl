// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: parts/tile. A row is an output pixel, a column an output channel, the depth a filter's taps. Any shape. With
// POOL four rows are the pixels of a 2x2 window: y is the pooled image, and `which` says for each of four channels where
// in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU); K is a multiple of 4 then.
// parts: conv, tile, stored1, nan, random, vec4f, window2x2
const PADDED = true;
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped
const DROP = false; // then dropout, as dropout.wgsl: keeps what draws at least THRESHOLD, times SCALE
const STREAM = 0u;
const THRESHOLD = 0u;
const SCALE = 1f;
alias ValueX = f32; // vec4f: four input channels

const WIDE_C = C % 4u == 0u; // so has ValueX four
const WIDE_K = K % 4u == 0u; // so has Stored
const ROWS = select(N * P * Q, N * WINDOWS_H * WINDOWS_W * 4u, POOL);
const DEPTH = R * S * C;
const SHARE = DEPTH;
const A_ALONG_DEPTH = true;
const B_ALONG_DEPTH = false;
const COLUMN_SUMS = false;

@group(0) @binding(0) var<storage, read> x: array<ValueX>;
@group(0) @binding(1) var<storage, read> w: array<Stored>;
@group(0) @binding(2) var<storage, read> b: array<Stored>;
@group(0) @binding(3) var<storage, read_write> y: array<Stored>;
@group(0) @binding(4) var<storage, read_write> which: array<u32>; // used with POOL
@group(0) @binding(5) var<storage, read> state: array<u32>; // seed, step; used with DROP

/** Four output pixels: row and column of x under their first tap, and its index; all wrap above the image. */
struct Rows {
  h: vec4u,
  v: vec4u,
  at: vec4u,
}

fn rowsOf(first: u32) -> Rows {
  let m = min(first + vec4u(0u, 1u, 2u, 3u), vec4u(max(ROWS, 1u) - 1u));
  var n = m / (P * Q);
  var p = m / Q % P;
  var q = m % Q;
  if (POOL) {
    n = m / (4u * WINDOWS_H * WINDOWS_W);
    p = m / (4u * WINDOWS_W) % WINDOWS_H * 2u + m / 2u % 2u;
    q = m / 4u % WINDOWS_W * 2u + m % 2u;
  }
  let h = p * STRIDE_H - TOP;
  let v = q * STRIDE_W - LEFT;
  return Rows(h, v, ((n * H + h) * W + v) * C);
}

/** x under four pixels at tap t = (r, s, c), or with WIDE_C at the vec4 of taps that each of the indices is of. */
struct Under {
  at: vec4u,
  isThere: vec4<bool>,
}

fn under(rows: Rows, t: u32, end: u32) -> Under {
  let r = t / C / S * DILATION_H;
  let s = t / C % S * DILATION_W;
  var isThere = vec4<bool>(within(t, end));
  if (PADDED) { isThere &= (rows.h + r < vec4u(H)) & (rows.v + s < vec4u(W)); }
  return Under(select(vec4u(), rows.at + ((r * W + s) * C + t % C), isThere), isThere);
}

fn valuesX(at: u32, isThere: bool) -> vec4f {
  return select(vec4f(), vec4f(x[at / 4u]), isThere);
}

fn columnX(rows: Rows, t: u32, end: u32) -> vec4f {
  let found = under(rows, t, end);
  let values = vec4f(vec4f(x[found.at.x]).x, vec4f(x[found.at.y]).x, vec4f(x[found.at.z]).x, vec4f(x[found.at.w]).x);
  return select(vec4f(), values, found.isThere);
}

fn blockA(rows: Rows, t: u32, end: u32) -> mat4x4f {
  if (WIDE_C) {
    let found = under(rows, t, end);
    return transpose(mat4x4f(
      valuesX(found.at.x, found.isThere.x), valuesX(found.at.y, found.isThere.y),
      valuesX(found.at.z, found.isThere.z), valuesX(found.at.w, found.isThere.w)));
  }
  return mat4x4f(
    columnX(rows, t, end), columnX(rows, t + 1u, end), columnX(rows, t + 2u, end), columnX(rows, t + 3u, end));
}

/** w at tap t, of four channels from k on. */
fn weights(t: u32, k: u32, end: u32) -> vec4f {
  let first = min(t, max(DEPTH, 1u) - 1u) * K;
  if (WIDE_K) { return select(vec4f(), vec4f(w[(first + min(k, max(K, 4u) - 4u)) / 4u]), within(t, end)); }
  let at = first + min(k + vec4u(0u, 1u, 2u, 3u), vec4u(max(K, 1u) - 1u));
  return select(vec4f(), vec4f(vec4f(w[at.x]).x, vec4f(w[at.y]).x, vec4f(w[at.z]).x, vec4f(w[at.w]).x), within(t, end));
}

fn blockB(t: u32, k: u32, end: u32) -> mat4x4f {
  return mat4x4f(weights(t, k, end), weights(t + 1u, k, end), weights(t + 2u, k, end), weights(t + 3u, k, end));
}

/** b of four channels from k on, of which at least the first is there. */
fn biases(k: u32) -> vec4f {
  if (!BIAS) { return vec4f(); }
  if (WIDE_K) { return vec4f(b[k / 4u]); }
  let at = min(k + vec4u(0u, 1u, 2u, 3u), vec4u(max(K, 1u) - 1u));
  return vec4f(vec4f(b[at.x]).x, vec4f(b[at.y]).x, vec4f(b[at.z]).x, vec4f(b[at.w]).x);
}

/** Four values of y, the first of them its nth. */
fn finished(sum: vec4f, n: u32) -> vec4f {
  var value = sum;
  if (RELU) { value = rectified(value); }
  if (DROP) {
    let quad = pcg4d(vec4u(n / 4u, STREAM, state[1], state[0]));
    var drawn = quad;
    if (!WIDE_K) { // four in a row may be of two draws
      let more = pcg4d(vec4u(n / 4u + 1u, STREAM, state[1], state[0]));
      for (var i = 0u; i < 4u; i++) { drawn[i] = select(quad[(n + i) % 4u], more[(n + i) % 4u], n % 4u + i > 3u); }
    }
    value = select(vec4f(), SCALE * value, drawn >= vec4u(THRESHOLD));
  }
  return value;
}

fn storeRow(m: u32, k: u32, sum: vec4f) {
  if (m >= ROWS || k >= K) { return; }
  let n = m * K + k;
  let value = finished(sum + biases(k), n);
  if (WIDE_K) {
    y[n / 4u] = stored(value);
    return;
  }
  for (var i = 0u; i < min(4u, K - k); i++) { y[n + i] = stored(vec4f(value[i])); }
}

fn store(split: u32, m: u32, k: u32, sums: mat4x4f) {
  if (POOL) {
    if (m >= ROWS || k >= K) { return; }
    let bias = biases(k);
    let largest = largestOf(
      sums[0] + bias, sums[1] + bias, sums[2] + bias, sums[3] + bias, vec4u(0u, 1u, 2u, 3u));
    y[(m / 4u * K + k) / 4u] = stored(largest.value);
    which[(m / 4u * K + k) / 4u] = largest.which;
    return;
  }
  storeRow(m, k, sums[0]);
  storeRow(m + 1u, k, sums[1]);
  storeRow(m + 2u, k, sums[2]);
  storeRow(m + 3u, k, sums[3]);
}

fn storeSums(split: u32, k: u32, sum: vec4f) {}
