// The order that a sort makes: by key, and of equal elements the first first. NaN is the largest, −0 and 0 are alike.
// parts: f32, nan
const DESCENDING = false;
const BEHIND = 0x7fffffffi; // above every key

fn key(v: f32) -> i32 {
  let rising = min(rank(v), INFINITE + 1i); // one NaN is not above another
  return select(rising, -rising, DESCENDING);
}
