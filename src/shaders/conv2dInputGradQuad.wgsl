// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: parts/quad with the weights transposed. A quad computes BLOCK input pixels × 32 channels. C and K are multiples of 4.
// parts: bytes, conv, inputGradRows, quad, masked
enable subgroups;

const WIDTH = 4u;
const EACH = 1u;
alias Columns = mat4x4f;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<vec4f>;

fn item(reached: Reached, k: u32) -> vec4f {
  let inside = reached.at != OUTSIDE;
  let i = select(0u, reached.at + k, inside);
  var here = vec4<bool>(inside);
  if (POOL) { here &= unpackBytes(which[i]) == vec4u(reached.number); }
  return select(vec4f(), dy[i], here);
}

fn columns(tap: Turn, k: u32, c: u32) -> Columns {
  let f = (tap * C + 4u * c) * (K / 4u) + k;
  return mat4x4f(w[f], w[f + K / 4u], w[f + 2u * (K / 4u)], w[f + 3u * (K / 4u)]);
}

fn start(k: u32) -> vec4f { return vec4f(); }
fn product(weights: Columns, v: vec4f) -> vec4f { return v * weights; }
fn sumOf(weights: Columns) -> vec4f { return vec4f(); }
fn storeSums(split: u32, c: u32, sums: vec4f) {}
