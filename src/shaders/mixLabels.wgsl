// y[n,k] = the share of class k in image n as the kernel `augment` mixes it with another of the batch: the share of the
// image itself for its label, the rest for the other's. A label that is no class makes its row NaN. One invocation computes
// one row, a workgroup 64. Two reads and CLASSES writes a row.
// parts: each, f32, mix, nan
const N = 1u;
const H = 1u;
const W = 1u;
const CLASSES = 1u;
const STREAM = 0u;
const MIXUP = 1f;
const CUTMIX = 0f;

const COUNT = N;

@group(0) @binding(0) var<storage, read> labels: array<i32>;
@group(0) @binding(1) var<storage, read> state: array<u32>; // seed, step
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn isClass(label: i32) -> bool {
  return label >= 0i && label < i32(CLASSES);
}

fn write(n: u32) {
  let own = labels[n];
  let other = labels[otherOf(n)];
  let share = mixOf(n).share;
  let areClasses = isClass(own) && isClass(other);
  for (var k = 0u; k < CLASSES; k++) {
    let value = select(0f, share, i32(k) == own) + select(0f, 1f - share, i32(k) == other);
    y[n * CLASSES + k] = orNaN(value, areClasses);
  }
}
