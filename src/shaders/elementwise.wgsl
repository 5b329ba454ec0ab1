// y = f(a, …), elementwise, operands repeated where they have stride 0. One invocation computes UNROLL Values, a
// workgroup 64 × UNROLL of them, strided so that neighbors read neighbors. Reads each operand once, writes y once.
// parts: each, nan, vec4f
alias Words = vec4u; // u32 where a Value is one number

const COUNT = 1u; // Values in y
const RANK = 1u;
const SHAPE = array(1u); // of y, collapsed, the last dimension in Values

// begin: tensor/elementwise.ts writes this for each function, or chain of functions. As it stands: y = −a.
alias A = vec4f; // f32 where a is the same along a Value
const A_STRIDES = array(1u);
@group(0) @binding(0) var<storage, read> a: array<A>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

fn neg_(x: Value) -> Value { return -x; }

fn f(i: u32) -> vec4f {
  let v0 = Value(a[at(i, A_STRIDES)]);
  return neg_(v0);
}
// end

// Index of element i of y in an operand.
fn at(i: u32, strides: array<u32, RANK>) -> u32 {
  var shape = SHAPE;
  var steps = strides;
  var index = 0u;
  var rest = i;
  for (var d = RANK - 1u; d > 0u; d--) {
    index += rest % shape[d] * steps[d];
    rest /= shape[d];
  }
  return index + rest * steps[0];
}

fn write(i: u32) {
  y[i] = f(i);
}
