// dx[n,h,w,c] = Σ_{r,s,k} dy[n,p,q,k] · w[r,s,c,k], where p·stride + r·dilation − top = h, and so for q.
// The idea: parts/register with the weights transposed. A row is an input pixel; a Value is four channels: for every k an
// invocation loads 4 weights and 8 values of dy for 32 multiply-adds. Any shape.
// parts: conv, inputGradRows, register, vec4f, nan
const MASK = false; // keep dx where x > 0 only, times SCALE: the gradient of the ReLU that made x
const SCALE = 1f;
const VALUES = (C + 3u) / 4u;
const WIDTH = 1u;

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>; // used with MASK
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

fn start(c: u32) -> Value { return Value(); }
fn item(reached: Reached, k: u32) -> f32 { return select(0f, dy[reached.at + k], isThere(reached)); }

fn columns(tap: Turn, k: u32, c: u32) -> Value {
  let row = (tap * C + min(vec4u(4u * c) + vec4u(0u, 1u, 2u, 3u), vec4u(C - 1u))) * K + k;
  return vec4f(w[row.x], w[row.y], w[row.z], w[row.w]);
}

fn put(split: u32, pixel: u32, c: u32, v: Value) {
  let first = (pixel % N * (H * W) + pixel / N) * C + 4u * c;
  for (var i = 0u; i < min(4u, C - 4u * c); i++) {
    let masked = select(0f, v[i] * SCALE, passes(vec4f(x[first + i])).x);
    dx[first + i] = select(v[i], masked, MASK);
  }
}

fn storeSums(split: u32, c: u32, sums: Value) {}
