// y = a ∘ b, elementwise, operands repeated where they have stride 0. One invocation computes UNROLL Values,
// a workgroup 64 × UNROLL of them, strided so that neighbours read neighbours. Reads a and b once, writes y once.
const ADD = 0u;
const SUB = 1u;
const MUL = 2u;
const DIV = 3u;
const OP = ADD;

alias Value = vec4f;
alias A = vec4f; // f32 where a is the same along a Value
alias B = vec4f;

const VALUES = 1u; // in y
const RANK = 1u;
const SHAPE = array(1u); // of y, collapsed, the last dimension in Values
const A_STRIDES = array(1u);
const B_STRIDES = array(1u);
const UNROLL = 4u;

@group(0) @binding(0) var<storage, read> a: array<A>;
@group(0) @binding(1) var<storage, read> b: array<B>;
@group(0) @binding(2) var<storage, read_write> y: array<Value>;

fn f(a: Value, b: Value) -> Value {
  switch OP {
    case ADD: { return a + b; }
    case SUB: { return a - b; }
    case MUL: { return a * b; }
    default: { return a / b; }
  }
}

// Indices into a and b for element i of y.
fn operands(i: u32) -> vec2u {
  var shape = SHAPE;
  var aStrides = A_STRIDES;
  var bStrides = B_STRIDES;
  var at = vec2u();
  var rest = i;
  for (var d = RANK - 1u; d > 0u; d--) {
    at += rest % shape[d] * vec2u(aStrides[d], bStrides[d]);
    rest /= shape[d];
  }
  return at + rest * vec2u(aStrides[0], bStrides[0]);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * UNROLL + lane;
  for (var j = 0u; j < UNROLL; j++) {
    let i = first + j * 64u;
    if (i < VALUES) {
      let at = operands(i);
      y[i] = f(Value(a[at.x]), Value(b[at.y]));
    }
  }
}
