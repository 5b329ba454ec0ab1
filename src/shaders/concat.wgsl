// y = a and b side by side: rows of A Words of a, each followed by B Words of b, of any type. One invocation moves
// UNROLL Words, a workgroup 64 × UNROLL, strided so that neighbors write neighbors. One read and one write a Word.
// parts: each
alias Word = u32; // vec4u where A and B are whole vec4s

const COUNT = 2u; // Words in y
const A = 1u; // Words a row
const B = 1u;

@group(0) @binding(0) var<storage, read> a: array<Word>;
@group(0) @binding(1) var<storage, read> b: array<Word>;
@group(0) @binding(2) var<storage, read_write> y: array<Word>;

fn write(i: u32) {
  let row = i / (A + B);
  let column = i % (A + B);
  if (column < A) { y[i] = a[row * A + column]; } else { y[i] = b[row * B + column - A]; }
}
