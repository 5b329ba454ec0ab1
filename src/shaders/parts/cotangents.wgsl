// What a filter gradient multiplies in a quad: x of four rows, by the cotangents dy of four pixels.
// parts: bytes, vec4f
const TOGETHER = 4u;
const EACH = 4u;
const VALUES = K / 4u;
alias Columns = mat4x4f; // column m is dy of the pixel of lane ^ m

@group(0) @binding(2) var<storage, read> which: array<u32>; // used with POOL

fn cotangent(pixel: u32, end: u32, k: u32) -> vec4f {
  return select(vec4f(), dy[min(pixel, PIXELS - 1u) * VALUES + k], pixel < end);
}

fn columns(turn: Turn, depth: u32, k: u32) -> Columns {
  let lanes = vec4u(turn.lane) ^ vec4u(0u, 1u, 2u, 3u);
  var found: Columns;
  if (POOL) {
    let i = turn.pixel / 4u * VALUES + k;
    let at = unpackBytes(which[i]);
    let v = dy[i];
    found = mat4x4f(
      select(vec4f(), v, at == vec4u(lanes.x)), select(vec4f(), v, at == vec4u(lanes.y)),
      select(vec4f(), v, at == vec4u(lanes.z)), select(vec4f(), v, at == vec4u(lanes.w)));
  } else {
    found = mat4x4f(
      cotangent(turn.pixel + lanes.x, turn.end, k), cotangent(turn.pixel + lanes.y, turn.end, k),
      cotangent(turn.pixel + lanes.z, turn.end, k), cotangent(turn.pixel + lanes.w, turn.end, k));
  }
  return found;
}

fn product(cotangents: Columns, v: vec4f) -> vec4f { return cotangents * v; }
fn sumOf(cotangents: Columns) -> vec4f { return cotangents[0] + cotangents[1] + cotangents[2] + cotangents[3]; }
fn storeSums(split: u32, k: u32, sums: vec4f) { db[split * VALUES + k] = sums; }
