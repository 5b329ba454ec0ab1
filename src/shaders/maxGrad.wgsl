// dx[where the maximum of output o stands] = dy[o]; the rest of dx is 0 already. One invocation writes the one element
// of one output, a workgroup 64 of them. Two reads, one write.
// parts: each
const OUTPUTS = 1u;
const KEPT_RANK = 1u;
const KEPT_SHAPE = array(1u);
const KEPT_STRIDES = array(1u);
const REDUCED_RANK = 1u;
const REDUCED_SHAPE = array(1u);
const REDUCED_STRIDES = array(1u);

const COUNT = OUTPUTS;

@group(0) @binding(0) var<storage, read> position: array<i32>; // of the maximum, along the reduced axes
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// Index of the first element of output o.
fn kept(o: u32) -> u32 {
  var shape = KEPT_SHAPE;
  var strides = KEPT_STRIDES;
  var at = 0u;
  var rest = o;
  for (var d = KEPT_RANK - 1u; d > 0u; d--) {
    at += rest % shape[d] * strides[d];
    rest /= shape[d];
  }
  return at + rest * strides[0];
}

// Distance of element r of an output from the first.
fn reduced(r: u32) -> u32 {
  var shape = REDUCED_SHAPE;
  var strides = REDUCED_STRIDES;
  var at = 0u;
  var rest = r;
  for (var d = REDUCED_RANK - 1u; d > 0u; d--) {
    at += rest % shape[d] * strides[d];
    rest /= shape[d];
  }
  return at + rest * strides[0];
}

fn write(o: u32) {
  dx[kept(o) + reduced(u32(position[o]))] = dy[o];
}
