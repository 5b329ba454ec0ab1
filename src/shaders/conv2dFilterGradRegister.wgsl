// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: parts/register. A row is one r, s, c of the filter; a Value is four columns where K is a multiple of 4. Any shape.
// parts: conv, filterGradRows, filterTaps, register, f32
const VALUES = 1u; // Values in the K channels of a pixel
const TOGETHER = 1u;
const WIDTH = 1u;
alias Item = f32;

@group(0) @binding(0) var<storage, read> x: array<Item>;

fn start(k: u32) -> Value { return Value(); }
fn columns(turn: Turn, depth: u32, k: u32) -> Value { return dy[turn.pixel * VALUES + k]; }
fn storeSums(split: u32, k: u32, sums: Value) { db[split * VALUES + k] = sums; }
