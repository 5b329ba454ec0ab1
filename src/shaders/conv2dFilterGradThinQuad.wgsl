// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// conv2dFilterGradQuad for the few input channels of a first layer: a quad computes all R·S·C taps, BLOCK with the last one
// repeated, × 32 columns, its lanes span the columns, two vec4 each. Of every four output pixels a lane loads the taps of one
// and dy of all four; the taps are traded by quad swaps. One workgroup is one quad. K is a multiple of 4, and windows stay
// within the image: with tests for its edge SwiftShader had not compiled it after 100 s.
// Not by parts/quad, with which it ran at 0.77 to 0.94 of this speed (SwiftShader, November 2026): of equal additions, here of
// the repeated tap, SwiftShader makes one where they are of numbers, not where they are of vectors.
// parts: conv, filterGradRows, cotangents
enable subgroups;
diagnostic(off, subgroup_uniformity); // lanes differ in their place, not in where they end

const BLOCK = 16u; // taps, rounded up to fours
const LANES = 4u;

@group(0) @binding(0) var<storage, read> x: array<f32>;

/** Where a tap has its x, seen from a window's corner. */
fn offset(tap: u32) -> u32 {
  let t = min(tap, ROWS - 1u);
  return (t / (S * C) * DILATION_H * W + t / C % S * DILATION_W) * C + t % C;
}

/** Column i is tap `first` + i, from the pixels of lane, lane ^ 1, lane ^ 2 and lane ^ 3. */
fn traded(corner: u32, first: u32) -> mat4x4f {
  let v = vec4f(
    x[corner + offset(first)], x[corner + offset(first + 1u)], x[corner + offset(first + 2u)], x[corner + offset(first + 3u)]);
  return transpose(mat4x4f(v, quadSwapX(v), quadSwapY(v), quadSwapDiagonal(v)));
}

fn products(left: mat4x4f, right: mat4x4f, v: vec4f) -> mat2x4f {
  return mat2x4f(left * v, right * v);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let k = workgroup.y * 2u * LANES + lane;
  let kLeft = min(k, VALUES - 1u);
  let kRight = min(k + LANES, VALUES - 1u);
  let split = workgroup.z;

  var a: array<mat2x4f, BLOCK>; // column j of a[i]: tap i, columns 4 (k + 4 j) to 4 (k + 4 j) + 3
  var sums = mat2x4f();
  for (var turn = begin(0u, split, lane); !isOver(turn); turn = next(0u, turn)) {
    let left = columns(turn, 0u, kLeft);
    let right = columns(turn, 0u, kRight);
    sums += mat2x4f(sumOf(left), sumOf(right));
    let corner = placeOf(turn).at * C;
    for (var i = 0u; i < BLOCK / 4u; i++) { // unroll
      let v = traded(corner, 4u * i);
      a[4u * i] += products(left, right, v[0]);
      a[4u * i + 1u] += products(left, right, v[1]);
      a[4u * i + 2u] += products(left, right, v[2]);
      a[4u * i + 3u] += products(left, right, v[3]);
    }
  }

  for (var i = 0u; i < BLOCK; i++) { // unroll
    if (i < ROWS && k < VALUES) { put(split, i, k, a[i][0]); }
    if (i < ROWS && k + LANES < VALUES) { put(split, i, k + LANES, a[i][1]); }
  }
  if (k < VALUES) { storeSums(split, k, sums[0]); }
  if (k + LANES < VALUES) { storeSums(split, k + LANES, sums[1]); }
}
