// y_i = START + i · STEP, behind the middle END − (COUNT − 1 − i) · STEP, so that both ends are exact; or in whole
// numbers, signed or not, which add alike. Reads nothing, one write an element.
// parts: each
const COUNT = 1u;
const WHOLE = false;
const START = 0f;
const END = 0f;
const STEP = 0f;
const FIRST = 0u; // START and STEP where they are whole
const NEXT = 0u;

@group(0) @binding(0) var<storage, read_write> y: array<u32>;

fn write(i: u32) {
  let ahead = START + f32(i) * STEP;
  let behind = END - f32(COUNT - 1u - i) * STEP;
  y[i] = select(bitcast<u32>(select(behind, ahead, i < COUNT - i)), FIRST + i * NEXT, WHOLE);
}
