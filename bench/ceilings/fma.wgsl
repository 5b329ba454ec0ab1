// The most multiply-adds that registers alone allow: an invocation turns four Values LOOPS times, sixteen multiply-adds a
// turn, each of four chains waiting only for itself. Memory is touched once, at the end, so that nothing is left out.
alias Value = f32; // vec2f, vec3f, vec4f: more chains side by side

const LOOPS = 1u;
const BUILTIN = true; // fma(a, m, c), or a * m + c as written out

@group(0) @binding(0) var<storage, read> x: array<Value>; // the factor and the addend, unknown to the compiler
@group(0) @binding(1) var<storage, read_write> y: array<Value>;

fn step(a: Value, m: Value, c: Value) -> Value {
  if (BUILTIN) { return fma(a, m, c); }
  return a * m + c;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let m = x[0];
  let c = x[1];
  let i = workgroup.x * 64u + lane;
  var a0 = Value(f32(i));
  var a1 = a0 + c;
  var a2 = a1 + c;
  var a3 = a2 + c;
  for (var i = 0u; i < LOOPS; i++) {
    a0 = step(a0, m, c);
    a1 = step(a1, m, c);
    a2 = step(a2, m, c);
    a3 = step(a3, m, c);
    a0 = step(a0, m, c);
    a1 = step(a1, m, c);
    a2 = step(a2, m, c);
    a3 = step(a3, m, c);
    a0 = step(a0, m, c);
    a1 = step(a1, m, c);
    a2 = step(a2, m, c);
    a3 = step(a3, m, c);
    a0 = step(a0, m, c);
    a1 = step(a1, m, c);
    a2 = step(a2, m, c);
    a3 = step(a3, m, c);
  }
  y[i] = (a0 + a1) + (a2 + a3);
}
