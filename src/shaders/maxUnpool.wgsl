// dx of maxPoolWhich: dy of the window where `which` says that its maximum was, 0 elsewhere; a last odd row or
// column has no window. dy [N,⌊P/2⌋,⌊Q/2⌋,K] → dx [N,P,Q,K]. One invocation computes one vec4 of dx, a workgroup
// 64. Two reads, one write.
// parts: bytes, each
const P = 2u;
const Q = 2u;
const K = 4u;
const VALUES = 4u; // vec4s in dx

const WINDOWS_H = P / 2u;
const WINDOWS_W = Q / 2u;

const COUNT = VALUES;

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> which: array<u32>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;

fn write(i: u32) {
  let pixel = i / (K / 4u);
  let p = pixel / Q % P;
  let q = pixel % Q;
  let inside = p < 2u * WINDOWS_H && q < 2u * WINDOWS_W;
  let window = (pixel / (P * Q) * WINDOWS_H + p / 2u) * WINDOWS_W + q / 2u;
  let j = select(0u, window * (K / 4u) + i % (K / 4u), inside);
  let at = unpackBytes(which[j]);
  dx[i] = select(vec4f(), dy[j], (at == vec4u(p % 2u * 2u + q % 2u)) & vec4<bool>(inside));
}
