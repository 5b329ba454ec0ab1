// y = mean over n of −Σ_c t[n,c] · log softmax(logits[n])[c], t[n] = (1 − SMOOTHING) · onehot(label) + SMOOTHING / C,
// and dlogits[n,c] = ∂y/∂logits[n,c] = (softmax(logits[n])[c] · Σ_c t[n,c] − t[n,c]) / N. With SHARES the bits of labels
// are f32 [N,C] that take onehot's place; else the sum is 1, and a label that is no class makes NaN.
// One workgroup does it all: each invocation adds up rows n, n + LANES, …, then a fixed tree in workgroup memory adds the
// invocations. Reads each logit three times, once more where SMOOTHING is not 0; writes each gradient once.
// parts: f32, nan
const N = 1u;
const C = 1u;
const SMOOTHING = 0f;
const SHARES = false;

// 32 do on a software adapter: the longer `sums`, the longer SwiftShader compiles (74 → 21 ms, November 2026).
const LANES = 256u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

var<workgroup> sums: array<f32, LANES>;

fn largestFrom(first: u32) -> f32 {
  var largest = logits[first];
  for (var c = 1u; c < C; c++) { largest = larger(largest, logits[first + c]); }
  return largest;
}

fn lossOf(n: u32) -> f32 {
  let first = n * C;
  let largest = largestFrom(first);
  var sum = 0f;
  for (var c = 0u; c < C; c++) { sum += expOf(logits[first + c] - largest); }
  let isClass = labels[n] >= 0i && labels[n] < i32(C);
  let label = select(0u, u32(labels[n]), isClass); // a wrong label must not read another row
  for (var c = 0u; c < C; c++) {
    let aimed = select(0f, 1f - SMOOTHING, c == label) + SMOOTHING / f32(C);
    dlogits[first + c] = orNaN((expOf(logits[first + c] - largest) / sum - aimed) / f32(N), isClass);
  }
  var aimed = logits[first + label] - largest;
  if (SMOOTHING != 0f) {
    var mean = 0f;
    for (var c = 0u; c < C; c++) { mean += logits[first + c] - largest; }
    aimed = mix(aimed, mean / f32(C), SMOOTHING);
  }
  return orNaN(logOf(sum) - aimed, isClass);
}

fn lossOfShares(n: u32) -> f32 {
  let first = n * C;
  let largest = largestFrom(first);
  var sum = 0f;
  var total = 0f;
  for (var c = 0u; c < C; c++) {
    sum += expOf(logits[first + c] - largest);
    total += aimedAt(first + c);
  }
  let logSum = logOf(sum);
  var loss = 0f;
  for (var c = 0u; c < C; c++) {
    let z = logits[first + c] - largest;
    let aimed = aimedAt(first + c);
    loss += aimed * (logSum - z);
    dlogits[first + c] = (expOf(z) / sum * total - aimed) / f32(N);
  }
  return loss;
}

fn aimedAt(i: u32) -> f32 {
  return (1f - SMOOTHING) * bitcast<f32>(labels[i]) + SMOOTHING / f32(C);
}

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0f;
  for (var n = lane; n < N; n += LANES) {
    if (SHARES) { sum += lossOfShares(n); } else { sum += lossOf(n); }
  }
  sums[lane] = sum;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  if (lane == 0u) { y[0] = sums[0] / f32(N); }
}
