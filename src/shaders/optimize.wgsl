// Moves every parameter of an arena by a rule of its gradient. One invocation moves one vec4: it reads p, g and what the
// rule keeps once, and writes p and what is kept once. Of the gradients of STEPS steps their mean counts, CLIPPED they are
// scaled, GROUPED each slot of 64 values has factors of its own, AVERAGED a moving average of p is kept.
// parts: each
const VECTORS = 1u; // vec4s in the arena
const SLOT = 16u; // vec4s from one of the kept arenas to the next
const ROWS = 1u; // rows of the schedule
const STEPS = 1u;
const SUM = 0u; // the kept arena that adds up gradients
const CLIPPED = false;
const GROUPED = false;
const AVERAGED = false;
const AVERAGE = 0u; // the kept arena of the average
const DECAY = 0f; // of the average, a step
const GAIN = 1f; // 1 − DECAY

const COUNT = VECTORS;

@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> kept: array<vec4f>;
@group(0) @binding(3) var<storage, read> schedule: array<vec4f>; // row update % ROWS: lr, and what the rule wants
@group(0) @binding(4) var<storage, read> state: array<u32>; // [seed, step]
@group(0) @binding(5) var<storage, read> scale: array<f32>;
@group(0) @binding(6) var<storage, read> factors: array<vec4f>; // a slot: of the learning rate, of the weight decay; is it directed?

// begin: tensor/ops/optimize.ts writes this for each rule. As it stands: p ← p − lr · g.
fn moved(i: u32, old: vec4f, slope: vec4f, row: vec4f, group: vec4f) -> vec4f {
  return old - row.x * group.x * slope;
}
// end

fn write(i: u32) {
  var g = gradients[i];
  if (STEPS > 1u) {
    let sum = kept[SUM * SLOT + i] + g;
    let isLast = state[1] % STEPS == STEPS - 1u;
    kept[SUM * SLOT + i] = select(sum, vec4f(), isLast);
    if (!isLast) { return; }
    g = sum / f32(STEPS);
  }
  var group = vec4f(1.0, 1.0, 0.0, 0.0);
  if (GROUPED) {
    group = factors[i / 16u];
    if (group.x == 0.0) { return; } // frozen
  }
  if (CLIPPED && group.z == 0.0) { g *= scale[0]; } // what is directed was scaled before
  let p = moved(i, parameters[i], g, schedule[(state[1] / STEPS) % ROWS], group);
  parameters[i] = p;
  if (AVERAGED) {
    kept[AVERAGE * SLOT + i] = DECAY * kept[AVERAGE * SLOT + i] + GAIN * p;
  }
}
