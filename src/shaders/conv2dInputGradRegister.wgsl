// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: no shared memory, no subgroups; one invocation keeps 8 input pixels × 4 channels in registers:
// for every k it loads 4 weights and 8 values of dy for 32 multiply-adds. A workgroup is 16 invocations. Any shape.
// parts: conv, f32, nan
const MASK = false; // keep dx where x > 0 only, times SCALE: the gradient of the ReLU that made x
const SCALE = 1f;

const PIXELS = N * H * W;
const BLOCK = 8u; // pixels an invocation computes
const QUADS = (C + 3u) / 4u; // groups of four channels
const ITEMS = (PIXELS + BLOCK - 1u) / BLOCK * QUADS;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>; // used with MASK
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

fn put(at: u32, value: f32) {
  dx[at] = select(value, select(0.0, value * SCALE, passes(x[at])), MASK);
}

@compute @workgroup_size(16)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let item = (workgroup.y * workgroups.x + workgroup.x) * 16u + lane;
  if (item >= ITEMS) { return; }
  let first = item / QUADS * BLOCK;
  let c = item % QUADS * 4u;
  let rows = min(vec4u(c, c + 1u, c + 2u, c + 3u), vec4u(C - 1u)) * K; // of w, for one r and s

  var a: array<vec4f, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) { a[i] = vec4f(); }

  for (var r = 0u; r < R; r++) {
    for (var s = 0u; s < S; s++) {
      var at: array<u32, BLOCK>;
      var inside: array<bool, BLOCK>;
      for (var i = 0u; i < BLOCK; i++) {
        let pixel = min(first + i, PIXELS - 1u);
        let h = pixel / W % H + TOP - r * DILATION_H; // wraps to a huge number above the first row
        let v = pixel % W + LEFT - s * DILATION_W;
        let hit = h / STRIDE_H < P && v / STRIDE_W < Q && h % STRIDE_H == 0u && v % STRIDE_W == 0u;
        inside[i] = hit;
        at[i] = select(0u, ((pixel / (H * W) * P + h / STRIDE_H) * Q + v / STRIDE_W) * K, hit);
      }
      let base = rows + (r * S + s) * C * K;
      for (var k = 0u; k < K; k++) {
        let weights = vec4f(w[base.x + k], w[base.y + k], w[base.z + k], w[base.w + k]);
        for (var i = 0u; i < BLOCK; i++) { a[i] += select(0.0, dy[at[i] + k], inside[i]) * weights; }
      }
    }
  }

  for (var i = 0u; i < BLOCK; i++) {
    for (var j = 0u; j < 4u; j++) {
      if (first + i < PIXELS && c + j < C) { put((first + i) * C + c + j, a[i][j]); }
    }
  }
}
