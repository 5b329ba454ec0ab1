// Sum or maximum over any axes. x is a stack of OUTPUTS × REDUCED Values; one invocation folds the elements
// chunk, chunk + CHUNKS, chunk + 2 · CHUNKS, … of one output in eight accumulators, joined pairwise: the error
// grows with an eighth of their number. Writes y [CHUNKS, OUTPUTS], which a further pass folds. A workgroup is 64
// of them, neighbors read neighbors. Per output REDUCED / CHUNKS reads, one write.
// parts: each, fold, f32, nan
const SUM = 0u;
const MAX = 1u;
const OP = SUM;

const REDUCED = 1u;
const CHUNKS = 1u;
const SCALE = 1f; // the result is multiplied by it

const ACCUMULATORS = 8u;

const COUNT = OUTPUTS * CHUNKS;

@group(0) @binding(0) var<storage, read> x: array<Value>;
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

fn fold(a: Value, b: Value) -> Value {
  switch OP {
    case MAX: { return larger(a, b); }
    default: { return a + b; }
  }
}

fn write(i: u32) {
  let first = kept(i % OUTPUTS);
  let chunk = i / OUTPUTS;

  var identity = Value();
  if (OP == MAX) { identity = x[first + reduced(chunk)]; }
  var sums: array<Value, ACCUMULATORS>;
  for (var j = 0u; j < ACCUMULATORS; j++) { sums[j] = identity; }

  for (var r = chunk; r < REDUCED; r += ACCUMULATORS * CHUNKS) {
    for (var j = 0u; j < ACCUMULATORS; j++) {
      let k = r + j * CHUNKS;
      if (k < REDUCED) { sums[j] = fold(sums[j], x[first + reduced(k)]); }
    }
  }
  for (var half = ACCUMULATORS / 2u; half > 0u; half /= 2u) {
    for (var j = 0u; j < half; j++) { sums[j] = fold(sums[j], sums[j + half]); }
  }
  y[i] = SCALE * sums[0];
}
