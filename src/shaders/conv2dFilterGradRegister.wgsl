// dw[r,s,c,k] = Σ_{n,p,q} x[n, p·stride + r·dilation − top, …, c] · dy[n,p,q,k], and db[k] = Σ dy[n,p,q,k].
// The idea: no shared memory, no subgroups; one invocation keeps ROWS rows of dw (a row is one r,s,c) × one
// Value of columns (four where K is a multiple of 4) in registers, so each dy it loads serves ROWS rows. The
// pixels are dealt to SPLIT partial sums, added in fixed order by sumSplits. A workgroup is 16 invocations. Any shape.
// parts: conv, f32
const VALUES = 1u; // Values in the K channels of a pixel: vec4f when K is a multiple of 4

const SPLIT = 1u; // partial sums
const SHARE = 9u; // pixels of one partial sum
const BLOCK = 8u; // rows an invocation computes

const PIXELS = N * P * Q;
const ROWS = R * S * C;
const ITEMS = (ROWS + BLOCK - 1u) / BLOCK * VALUES;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<Value>;
@group(0) @binding(2) var<storage, read_write> dw: array<Value>; // [SPLIT, R, S, C, K]
@group(0) @binding(3) var<storage, read_write> db: array<Value>; // [SPLIT, K]

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
  let split = workgroup.z;

  var down: array<u32, BLOCK>; // where the row's x lies, seen from the window's corner
  var right: array<u32, BLOCK>;
  var c: array<u32, BLOCK>;
  var a: array<Value, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) {
    let row = min(first + i, ROWS - 1u);
    down[i] = row / C / S * DILATION_H - TOP;
    right[i] = row / C % S * DILATION_W - LEFT;
    c[i] = row % C;
    a[i] = Value();
  }
  var bias = Value();

  // The output pixel, counted up without divisions.
  let end = min((split + 1u) * SHARE, PIXELS);
  var q = split * SHARE % Q;
  var p = split * SHARE / Q % P;
  var image = split * SHARE / (P * Q) * H;
  for (var pixel = split * SHARE; pixel < end; pixel++) {
    let g = dy[pixel * VALUES + k];
    bias += g;
    for (var i = 0u; i < BLOCK; i++) {
      let h = p * STRIDE_H + down[i]; // wraps to a huge number above the image
      let v = q * STRIDE_W + right[i];
      let inside = h < H && v < W;
      a[i] += select(0.0, x[select(0u, ((image + h) * W + v) * C + c[i], inside)], inside) * g;
    }
    q++;
    if (q == Q) {
      q = 0u;
      p++;
      if (p == P) {
        p = 0u;
        image += H;
      }
    }
  }

  for (var i = 0u; i < BLOCK; i++) {
    if (first + i < ROWS) { dw[(split * ROWS + first + i) * VALUES + k] = a[i]; }
  }
  if (first == 0u) { db[split * VALUES + k] = bias; }
}
