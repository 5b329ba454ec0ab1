// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: parts/subgroup with the weights transposed. A subgroup computes 16 input pixels × (4 · LANES) channels. For every
// two k a lane loads the 4x2 weights of its own channels (a row of w each) and one vec2 of dy for every LANESth pixel:
// 4 + 16/LANES vec2 loads for 32 vec4 multiply-adds. Twice as many pixels make too long a loop
// (conv2dSubgroup): 1.23 times as long behind a pool, 1.15 without (lavapipe, Zen 3, 26 November 2026).
// C and K are multiples of 4.
// parts: conv, inputGradRows, subgroup, masked
enable subgroups;

const BLOCK = 16u; // pixels a subgroup computes
const EACH = 1u;
const WIDTH = 2u;
alias Item = vec2f; // of two k
alias Columns = mat4x2f;

@group(0) @binding(0) var<storage, read> dy: array<vec2f>;
@group(0) @binding(1) var<storage, read> which: array<u32>; // used with POOL
@group(0) @binding(2) var<storage, read> w: array<vec2f>;

fn item(reached: Reached, k: u32) -> Item {
  let at = reached.at + k;
  var here = vec2<bool>(isThere(reached));
  if (POOL) {
    let places = which[at / 2u] >> (k % 2u * 16u);
    here &= (vec2u(places, places >> 8u) & vec2u(255u)) == vec2u(reached.number);
  }
  return select(vec2f(), dy[at], here);
}

fn ofRow(item: Item, i: u32) -> Item { return item; }

fn columns(tap: Turn, k: u32, c: u32) -> Columns {
  let row = (tap * C + c * 4u) * (K / 2u) + k;
  return mat4x2f(w[row], w[row + K / 2u], w[row + 2u * (K / 2u)], w[row + 3u * (K / 2u)]);
}

fn start(c: u32) -> vec4f { return vec4f(); }
fn storeSums(split: u32, c: u32, sums: Columns) {}
