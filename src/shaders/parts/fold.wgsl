// Where a tensor that is folded along some axes has the elements of each of its OUTPUTS.
const OUTPUTS = 1u; // in Values, as strides are
const KEPT_RANK = 1u;
const KEPT_SHAPE = array(1u);
const KEPT_STRIDES = array(1u);
const REDUCED_RANK = 1u;
const REDUCED_SHAPE = array(1u);
const REDUCED_STRIDES = array(1u);

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
