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

/** An input pixel: image, row and column, shifted by what is padded. */
struct Row {
  n: u32,
  h: u32,
  v: u32,
}

fn rowOf(row: u32) -> Row {
  let m = min(row, max(ROWS, 1u) - 1u);
  return Row(m / (H * W), m / W % H + TOP, m % W + LEFT);
}

struct LoadA {
  value: vec4f,
  isThere: vec4<bool>,
  which: u32, // with POOL the maxima of four windows,
  pixel: u32, // and the place that counts, or none
}

fn valueA(load: LoadA) -> vec4f {
  if (POOL) { return select(vec4f(), load.value, unpackBytes(load.which) == vec4u(load.pixel)); }
  if (WHOLE && R * S == 1u && STRIDE_H * STRIDE_W == 1u && TOP + LEFT == 0u && P == H && Q == W) { return load.value; }
  return select(vec4f(), load.value, load.isThere);
}

/** Where dy is that an input pixel reaches through a tap, and whether it is there; with POOL which pixel of the window. */
struct Reached {
  at: u32,
  isThere: bool,
  pixel: u32,
}

const NO_PIXEL = 5u; // no maximum's

fn reached(row: Row, tap: u32, isWithin: bool) -> Reached {
  let h = row.h - tap / S * DILATION_H; // wraps to a huge number above the first row
  let v = row.v - tap % S * DILATION_W;
  let p = h / STRIDE_H;
  let q = v / STRIDE_W;
  var isThere = isWithin;
  if (STRIDE_H * STRIDE_W > 1u) { isThere &= h % STRIDE_H == 0u && v % STRIDE_W == 0u; }
  if (POOL) {
    isThere &= p < 2u * WINDOWS_H && q < 2u * WINDOWS_W;
    let window = (row.n * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
    return Reached(select(0u, window, isThere), isThere, select(NO_PIXEL, p % 2u * 2u + q % 2u, isThere));
  }
  isThere &= p < P && q < Q;
  return Reached(select(0u, (row.n * P + p) * Q + q, isThere), isThere, 0u);
}

/** dy that a pixel reaches, of four depths from depth + along on. */
fn loadA(row: Row, depth: u32, along: u32, n: u32, end: u32) -> LoadA {
  let t = depth + along;
  if (WIDE_K) {
    // Where a step has one tap it is the same for all invocations.
    let found = reached(row, select(t, depth, K % DEEP == 0u) / K, within(t, end));
    let at = found.at * (K / 4u) + t % K / 4u;
    var maxima = 0u;
    if (POOL) { maxima = which[at]; }
    return LoadA(vec4f(dy[at]), vec4<bool>(found.isThere), maxima, found.pixel);
  }
  let y0 = reached(row, t / K, within(t, end));
  let y1 = reached(row, (t + 1u) / K, within(t + 1u, end));
  let y2 = reached(row, (t + 2u) / K, within(t + 2u, end));
  let y3 = reached(row, (t + 3u) / K, within(t + 3u, end));
  let at = vec4u(y0.at, y1.at, y2.at, y3.at) * K + (t + vec4u(0u, 1u, 2u, 3u)) % max(K, 1u);
  return LoadA(
    vec4f(vec4f(dy[at.x]).x, vec4f(dy[at.y]).x, vec4f(dy[at.z]).x, vec4f(dy[at.w]).x),
    vec4<bool>(y0.isThere, y1.isThere, y2.isThere, y3.isThere), 0u, 0u);
}

/** An input channel, the last where there are fewer. */
struct Column {
  c: u32,
}

fn columnOf(c: u32) -> Column {
  return Column(min(c, max(C, 1u) - 1u));
}

struct LoadB {
  value: vec4f,
  isThere: vec4<bool>,
}

fn valueB(load: LoadB) -> vec4f {
  if (WHOLE) { return load.value; }
  return select(vec4f(), load.value, load.isThere);
}

/** w of an input channel at four depths (r, s, k) from depth + along on. */
fn loadB(column: Column, depth: u32, along: u32, n: u32, end: u32) -> LoadB {
  let t = depth + along;
  if (WIDE_K) {
    let isThere = within(t, end);
    let tap = select(t, depth, K % DEEP == 0u) / K;
    return LoadB(vec4f(w[select(0u, (tap * C + column.c) * (K / 4u) + t % K / 4u, isThere)]), vec4<bool>(isThere));
  }
  let ts = t + vec4u(0u, 1u, 2u, 3u);
  let isThere = vec4<bool>(within(t, end), within(t + 1u, end), within(t + 2u, end), within(t + 3u, end));
  let at = select(vec4u(), (ts / max(K, 1u) * C + column.c) * K + ts % max(K, 1u), isThere);
  return LoadB(vec4f(vec4f(w[at.x]).x, vec4f(w[at.y]).x, vec4f(w[at.z]).x, vec4f(w[at.w]).x), isThere);
}

fn masked(sums: vec4f, at: u32) -> vec4f {
  if (!MASK) { return sums; }
  return select(vec4f(), sums * SCALE, passes(vec4f(x[at])));
}

fn storeRow(split: u32, m: u32, c: u32, sums: vec4f) {
  if (m >= ROWS || c >= C) { return; }
  let at = m * C + c;
  if (WIDE_C) {
    dx[at / 4u] = stored(masked(sums, at / 4u));
    return;
  }
  for (var i = 0u; i < min(4u, C - c); i++) { dx[at + i] = stored(masked(vec4f(sums[i]), at + i)); }
}

fn store(split: u32, m: u32, c: u32, sums: mat4x4f) {
  storeRows(split, m, c, sums);
}

fn storeSums(split: u32, c: u32, sum: vec4f) {}
