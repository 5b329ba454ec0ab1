// y[o] = x[i] where i_d = (o_d − START_d) / STEP_d is whole and inside x, else VALUE; words of any type. Pads, crops
// (START below 0), and spreads what a slice took back over its source. One invocation writes UNROLL Words of y, a
// workgroup 64 × UNROLL, strided so that neighbors write neighbors. At most one read and one write a Word.
// parts: each
alias Word = u32; // vec4u where the last dimension of x, of y and START hold whole vec4s

const COUNT = 1u; // Words in y
const RANK = 1u;
const SHAPE = array(1u); // of y, the last dimension in Words
const INNER = array(1i); // shape of x, likewise
const STRIDES = array(1i); // of x
const START = array(0i);
const STEP = array(1i);
const STEPPED = false; // is any STEP not 1?
const VALUE = 0u; // its bits

@group(0) @binding(0) var<storage, read> x: array<Word>;
@group(0) @binding(1) var<storage, read_write> y: array<Word>;

fn padded(o: u32) -> Word {
  var shape = SHAPE;
  var inner = INNER;
  var strides = STRIDES;
  var start = START;
  var step = STEP;
  var at = 0i;
  var rest = o;
  for (var d = RANK; d > 0u; d--) {
    let distance = i32(rest % shape[d - 1u]) - start[d - 1u];
    var i = distance;
    if (STEPPED) { i /= step[d - 1u]; }
    let outside = i < 0i || i >= inner[d - 1u];
    if (outside || (STEPPED && i * step[d - 1u] != distance)) { return Word(VALUE); }
    at += i * strides[d - 1u];
    rest /= shape[d - 1u];
  }
  return x[at];
}

fn write(o: u32) {
  y[o] = padded(o);
}
