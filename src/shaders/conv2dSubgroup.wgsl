// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU and dropout if asked.
// The idea: parts/subgroup. A subgroup computes 32 pixels × (4 · LANES) channels: for every input channel a lane makes 1 vec4
// and 32/LANES f32 loads for 32 vec4 multiply-adds. K is a multiple of 4.
// One channel a turn, although two share their accumulators' way to memory and back: that loop has 2,900 instructions on
// lavapipe, presumably more than the processor keeps decoded, and runs at 3.0 a cycle; this one has 1,660 and runs at 4.2, in all 1.2
// times as fast on 3x3 32→64 (Zen 3, 26 November 2026).
// With POOL four pixels in a row are a 2x2 window: y is the pooled image, and `which` says for each of a value's
// four channels where in the window its maximum was (0 to 3, a byte each; 4 where nothing passed the ReLU).
// parts: conv, forwardRows, subgroup, activated
enable subgroups;

const BLOCK = 32u; // pixels a subgroup computes
const EACH = 1u;
const WIDTH = 1u;
alias Item = f32;
alias Columns = vec4f;

@group(0) @binding(0) var<storage, read> x: array<f32>;

fn item(at: Reached, c: u32) -> Item {
  var v = x[select(at + c, 0u, PADDED && at == OUTSIDE)];
  if (PADDED) { v = select(v, 0f, at == OUTSIDE); }
  return v;
}

fn ofRow(item: Item, i: u32) -> Item { return item; }

fn columns(tap: Turn, c: u32, k: u32) -> Columns { return w[(tap * C + c) * VALUES + k]; }
fn start(k: u32) -> vec4f { return biasOf(k); }
fn storeSums(split: u32, k: u32, sums: Columns) {}
