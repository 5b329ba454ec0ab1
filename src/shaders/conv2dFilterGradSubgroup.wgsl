// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: parts/subgroup. A subgroup computes BLOCK rows of dw (a row is one r,s,c) × (4 · LANES) columns. For every output
// pixel a lane loads its vec4 of dy, and x of every LANESth four rows: 1 + 8/LANES vec4 loads for 32 vec4 multiply-adds.
// Four pixels a turn make too long a loop (conv2dSubgroup): 5,900 instructions on lavapipe, where one has 1,520 and is 1.35 to
// 1.43 times as fast (Zen 3, 26 November 2026). K is a multiple of 4. Behind a pool conv2dFilterGradPooledSubgroup serves.
// parts: conv, filterGradRows, filterTaps, subgroup, vec4f
enable subgroups;

const BLOCK = 32u; // rows a subgroup computes: 32, or all of a first layer's few
const TOGETHER = 1u;
const WIDTH = 1u; // rows of an Item: 4 where C is a multiple of 4
const EACH = WIDTH;
const VALUES = K / 4u;
alias Item = f32; // vec4f with 4
alias Columns = vec4f;

@group(0) @binding(0) var<storage, read> x: array<Item>;

fn ofRow(item: Item, i: u32) -> f32 { return vec4f(item)[i]; }

fn columns(turn: Turn, depth: u32, k: u32) -> Columns { return dy[turn.pixel * VALUES + k]; }
fn start(k: u32) -> vec4f { return vec4f(); }
fn storeSums(split: u32, k: u32, sums: Columns) { db[split * VALUES + k] = sums; }
