// The windows R × S of a pool, P × Q of them, over images H × W: from row p · STRIDE_H − TOP on, columns alike. A kernel has
// an invocation for each of VALUES.
const VALUES = 1i; // in the result
const H = 1i;
const W = 1i;
const C = 1i; // in Values
const P = 1i;
const Q = 1i;
const R = 1i;
const S = 1i;
const STRIDE_H = 1i;
const STRIDE_W = 1i;
const TOP = 0i;
const LEFT = 0i;

const COUNT = u32(VALUES);

// The part of a window of `taps` from `origin` that lies in an image of `size`: first tap, and the one behind the last.
fn overlap(origin: i32, taps: i32, size: i32) -> vec2i {
  return vec2i(max(0, -origin), min(taps, size - origin));
}

// The windows of `taps` that hold position `at` of the padded image: the first, and the one behind the last.
fn windows(at: i32, taps: i32, stride: i32, count: i32) -> vec2i {
  return vec2i(max(0, at - taps + stride) / stride, min(count, at / stride + 1));
}
