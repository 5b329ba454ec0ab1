// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// The idea: no shared memory, no subgroups; one invocation keeps 8 output pixels × one Value of channels
// (four where K is a multiple of 4) in registers, so each weight it loads serves 8 pixels and each x four
// channels. Neighboring invocations take neighboring channels. A workgroup is 16 invocations. Any shape.
// parts: conv, f32, nan
const VALUES = 1u; // Values in the K channels of a pixel: vec4f when K is a multiple of 4

const BIAS = true;
const RELU = false;

const PIXELS = N * P * Q;
const BLOCK = 8u; // pixels an invocation computes
const ITEMS = (PIXELS + BLOCK - 1u) / BLOCK * VALUES;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<Value>;
@group(0) @binding(2) var<storage, read> b: array<Value>;
@group(0) @binding(3) var<storage, read_write> y: array<Value>;

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let item = (workgroup.y * workgroups.x + workgroup.x) * 16u + lane;
  if (item >= ITEMS) { return; }
  let first = item / VALUES * BLOCK;
  let k = item % VALUES;

  var image: array<u32, BLOCK>; // first row of the pixel's image
  var top: array<u32, BLOCK>; // window corner, counted from the padding's
  var left: array<u32, BLOCK>;
  var a: array<Value, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) {
    let pixel = min(first + i, PIXELS - 1u);
    image[i] = pixel / (P * Q) * H;
    top[i] = pixel / Q % P * STRIDE_H;
    left[i] = pixel % Q * STRIDE_W;
    a[i] = Value();
    if (BIAS) { a[i] = b[k]; }
  }

  for (var r = 0u; r < R; r++) {
    for (var s = 0u; s < S; s++) {
      var at: array<u32, BLOCK>;
      var inside: array<bool, BLOCK>;
      for (var i = 0u; i < BLOCK; i++) {
        let h = top[i] + r * DILATION_H - TOP; // wraps to a huge number above the image
        let v = left[i] + s * DILATION_W - LEFT;
        let hit = h < H && v < W;
        inside[i] = hit;
        at[i] = select(0u, ((image[i] + h) * W + v) * C, hit);
      }
      for (var c = 0u; c < C; c++) {
        let weight = w[((r * S + s) * C + c) * VALUES + k];
        for (var i = 0u; i < BLOCK; i++) { a[i] += select(0.0, x[at[i] + c], inside[i]) * weight; }
      }
    }
  }

  for (var i = 0u; i < BLOCK; i++) {
    if (first + i < PIXELS) { y[(first + i) * VALUES + k] = select(a[i], rectified(a[i]), RELU); }
  }
}
