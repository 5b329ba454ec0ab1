// y[o] = x[OFFSET + Σ_d o_d · STRIDE_d], words of any type: slices with any step, transposes, repeats. One
// invocation moves UNROLL Words, a workgroup 64 × UNROLL, strided so that neighbours write neighbours. One read and
// one write a Word.
alias Word = u32; // vec4u: four neighbours of y at once
alias Source = u32; // vec4u where those are neighbours in x too, u32 where they are one word of x

const WORDS = 1u; // in y
const RANK = 1u;
const SHAPE = array(1u); // of y, collapsed, the last dimension in Words
const STRIDES = array(1i);
const OFFSET = 0i;
const UNROLL = 4u;

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

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * UNROLL + lane;
  for (var j = 0u; j < UNROLL; j++) {
    let i = first + j * 64u;
    if (i < WORDS) { y[i] = Word(x[source(i)]); }
  }
}
