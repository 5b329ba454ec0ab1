// y[o] = x[OFFSET + Σ_d o_d · STRIDE_d], words of any type: slices with any step, transposes, repeats. One
// invocation moves UNROLL Words, a workgroup 64 × UNROLL, strided so that neighbors write neighbors. One read and
// one write a Word.
// parts: each
alias Word = u32; // vec4u: four neighbors of y at once
alias Source = u32; // vec4u where those are neighbors in x too, u32 where they are one word of x

const COUNT = 1u; // Words in y
const RANK = 1u;
const SHAPE = array(1u); // of y, collapsed, the last dimension in Words
const STRIDES = array(1i);
const OFFSET = 0i;

@group(0) @binding(0) var<storage, read> x: array<Source>;
@group(0) @binding(1) var<storage, read_write> y: array<Word>;

fn source(i: u32) -> i32 {
  var shape = SHAPE;
  var strides = STRIDES;
  var at = OFFSET;
  var rest = i;
  for (var d = RANK - 1u; d > 0u; d--) {
    at += i32(rest % shape[d]) * strides[d];
    rest /= shape[d];
  }
  return at + i32(rest) * strides[0];
}

fn write(i: u32) {
  y[i] = Word(x[source(i)]);
}
