// Ends a training step of a classifier: ring[step % RING] = (loss, how many rows of logits [N, C] have their argmax at their
// label), then step + 1. One workgroup of 64.
// parts: correct, f32
const N = 1u;
const C = 1u;
const RING = 1u;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> loss: array<f32>;
@group(0) @binding(3) var<storage, read_write> ring: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> state: array<u32>; // [seed, step]

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let all = countCorrect(lane);
  if (lane == 0u) {
    ring[state[1] % RING] = vec2f(loss[0], f32(all));
    state[1] += 1u;
  }
}
