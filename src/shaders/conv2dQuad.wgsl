// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: parts/quad. A quad computes BLOCK pixels × 32 channels: for every four input channels a lane loads two 4x4 blocks
// of weights and one vec4 of x for every fourth pixel. With POOL the four pixels that lanes trade are a 2x2 window, whose
// maximum then needs nobody else: y is the pooled image, and `which` says for each of a value's four channels where in the
// window it was (0 to 3, a byte each; 4 where nothing passed the ReLU). C and K are multiples of 4.
// parts: conv, forwardRows, quad, activated
enable subgroups;

const WIDTH = 4u;
const EACH = 1u;
alias Columns = mat4x4f;

@group(0) @binding(0) var<storage, read> x: array<vec4f>;

fn item(at: Reached, c: u32) -> vec4f {
  var v = x[at + c];
  if (PADDED) { v = select(v, vec4f(), at == OUTSIDE); }
  return v;
}

fn columns(tap: Turn, c: u32, k: u32) -> Columns {
  let f = (tap * C + 4u * c) * VALUES + k;
  return mat4x4f(w[f], w[f + VALUES], w[f + 2u * VALUES], w[f + 3u * VALUES]);
}

fn start(k: u32) -> vec4f { return biasOf(k); }
fn product(weights: Columns, v: vec4f) -> vec4f { return weights * v; }
fn sumOf(weights: Columns) -> vec4f { return vec4f(); }
fn storeSums(split: u32, k: u32, sums: vec4f) {}
