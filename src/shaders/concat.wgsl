// y = a and b side by side: rows of A Words of a, each followed by B Words of b, of any type. One invocation moves
// UNROLL Words, a workgroup 64 × UNROLL, strided so that neighbours write neighbours. One read and one write a Word.
alias Word = u32; // vec4u where A and B are whole vec4s

const ROWS = 1u;
const A = 1u; // Words a row
const B = 1u;
const UNROLL = 4u;

@group(0) @binding(0) var<storage, read> a: array<Word>;
@group(0) @binding(1) var<storage, read> b: array<Word>;
@group(0) @binding(2) var<storage, read_write> y: array<Word>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (workgroup.y * workgroups.x + workgroup.x) * 64u * UNROLL + lane;
  for (var j = 0u; j < UNROLL; j++) {
    let i = first + j * 64u;
    if (i >= ROWS * (A + B)) { return; }
    let row = i / (A + B);
    let column = i % (A + B);
    if (column < A) { y[i] = a[row * A + column]; } else { y[i] = b[row * B + column - A]; }
  }
}
