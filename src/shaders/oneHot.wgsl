// y[o,d,i] = 1 where indices[o,i] is d, else 0: indices [OUTER, INNER], y [OUTER, DEPTH, INNER]. Negative indices count
// from the end; one outside gives zeros. One invocation writes one element of y, a workgroup 64. One read, one write.
// parts: each
const OUTER = 1u;
const DEPTH = 1i;
const INNER = 1u;

const COUNT = OUTER * u32(DEPTH) * INNER;

@group(0) @binding(0) var<storage, read> indices: array<i32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

fn write(at: u32) {
  let d = i32(at / INNER) % DEPTH;
  let index = indices[at / (u32(DEPTH) * INNER) * INNER + at % INNER];
  y[at] = select(0f, 1f, index == d || index == d - DEPTH);
}
