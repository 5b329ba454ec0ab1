// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: parts/tile. A row is an output pixel, a column an output channel, the depth a filter's taps. Any shape. With
// POOL four rows are the pixels of a 2x2 window: y is the pooled image, and `which` says for each of four channels where
// in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU); K is a multiple of 4 then.
// parts: conv, tile, tileOfX, stored1, nan, random, vec4f, window2x2
const BIAS = true;
const RELU = false;
const POOL = false; // keep the maximum of each 2x2 window of y; a last odd row or column is dropped
const DROP = false; // then dropout, as dropout.wgsl: keeps what draws at least THRESHOLD, times SCALE
const STREAM = 0u;
const THRESHOLD = 0u;
const SCALE = 1f;
alias ValueX = f32; // vec4f: four input channels

const WIDE_C = C % 4u == 0u; // so has ValueX four
const VALUES_C = select(C, C / 4u, WIDE_C);
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

/** An output pixel: row and column of x under its first tap, and the index of its value there; all wrap above the image. */
struct Row {
  h: u32,
  v: u32,
  at: u32,
}

fn rowOf(row: u32) -> Row {
  let m = min(row, max(ROWS, 1u) - 1u);
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
  return Row(h, v, ((n * H + h) * W + v) * VALUES_C);
}

/** Where x is at depth t = (r, s, c), a value's channel, and whether it is there; 0 where not. */
struct Under {
  at: u32,
  isThere: bool,
}

fn under(row: Row, tap: u32, channel: u32, isWithin: bool) -> Under {
  let r = tap / S * DILATION_H;
  let s = tap % S * DILATION_W;
  var isThere = isWithin;
  if (PADDED) { isThere &= row.h + r < H && row.v + s < W; }
  return Under(select(0u, row.at + (r * W + s) * VALUES_C + channel, isThere), isThere);
}

/** x under a pixel, of four depths from depth + along on. */
fn loadA(row: Row, depth: u32, along: u32, n: u32, end: u32) -> LoadA {
  let t = depth + along;
  if (WIDE_C) {
    // Where a step has one tap it is the same for all invocations.
    let found = under(row, select(t, depth, C % DEEP == 0u) / C, t % C / 4u, within(t, end));
    return LoadA(vec4f(x[found.at]), vec4<bool>(found.isThere));
  }
  let x0 = under(row, t / C, t % C, within(t, end));
  let x1 = under(row, (t + 1u) / C, (t + 1u) % C, within(t + 1u, end));
  let x2 = under(row, (t + 2u) / C, (t + 2u) % C, within(t + 2u, end));
  let x3 = under(row, (t + 3u) / C, (t + 3u) % C, within(t + 3u, end));
  return LoadA(
    vec4f(vec4f(x[x0.at]).x, vec4f(x[x1.at]).x, vec4f(x[x2.at]).x, vec4f(x[x3.at]).x),
    vec4<bool>(x0.isThere, x1.isThere, x2.isThere, x3.isThere));
}

struct LoadB {
  value: vec4f,
  isThere: bool,
}

fn valueB(load: LoadB) -> vec4f {
  if (WHOLE) { return load.value; }
  return select(vec4f(), load.value, load.isThere);
}

/** w of the nth depth from depth + along on. */
fn loadB(column: Column, depth: u32, along: u32, n: u32, end: u32) -> LoadB {
  let t = depth + along + n;
  let isThere = within(t, end);
  let row = select(0u, t, isThere);
  if (WIDE_K) { return LoadB(vec4f(w[row * (K / 4u) + column.at.x]), isThere); }
  let at = row * K + column.at;
  return LoadB(vec4f(vec4f(w[at.x]).x, vec4f(w[at.y]).x, vec4f(w[at.z]).x, vec4f(w[at.w]).x), isThere);
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

fn storeRow(split: u32, m: u32, k: u32, sum: vec4f) {
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
  storeRows(split, m, k, sums);
}

fn storeSums(split: u32, k: u32, sum: vec4f) {}
