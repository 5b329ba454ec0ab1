// y[n,p,q,k] = b[k] + Σ_{r,s,c} x[n, p·stride + r·dilation − top, …, c] · w[r,s,c,k], then ReLU if asked.
// The idea: parts/register. A row is an output pixel; a Value is four channels where K is a multiple of 4. Any shape.
// parts: conv, forwardRows, register, f32, nan
const VALUES = 1u; // Values in the K channels of a pixel
const WIDTH = 1u;
const BIAS = true;
const RELU = false;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<Value>;
@group(0) @binding(2) var<storage, read> b: array<Value>;
@group(0) @binding(3) var<storage, read_write> y: array<Value>;

fn start(k: u32) -> Value {
  if (BIAS) { return b[k]; }
  return Value();
}

fn item(at: Reached, c: u32) -> f32 { return select(x[at + c], 0f, PADDED && at == OUTSIDE); }
fn columns(tap: Turn, c: u32, k: u32) -> Value { return w[(tap * C + c) * VALUES + k]; }
fn put(split: u32, pixel: u32, k: u32, v: Value) { y[pixel * VALUES + k] = select(v, rectified(v), RELU); }
fn storeSums(split: u32, k: u32, sums: Value) {}
