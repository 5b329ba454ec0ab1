// Where along an axis an index stands, for a kernel that binds indices.
const AXIS = 1i;

// Wraps a negative index; one outside comes out as AXIS or more.
fn place(m: u32) -> u32 {
  let i = indices[m];
  return u32(select(i, i + AXIS, i < 0i));
}
