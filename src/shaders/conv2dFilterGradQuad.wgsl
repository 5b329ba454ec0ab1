// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: parts/quad. A quad computes BLOCK rows of dw (a row is one r,s,c) × 32 columns and goes through the output pixels
// four at a time: each lane loads one vec4 of x (four rows) from its own pixel for every four rows, and dy of all four. With
// POOL these are a 2x2 window, and one dy serves all four. K is a multiple of 4; so is C.
// parts: conv, filterGradRows, filterTaps, cotangents, quad
enable subgroups;
diagnostic(off, subgroup_uniformity); // lanes differ in their place, not in where they end

const WIDTH = 4u;
alias Item = vec4f;

@group(0) @binding(0) var<storage, read> x: array<Item>;

fn start(k: u32) -> vec4f { return vec4f(); }
