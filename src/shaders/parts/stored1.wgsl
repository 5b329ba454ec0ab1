// What a kernel stores is one number at a time: its rows are no multiple of four.
alias Stored = f32; // vec4f in stored4, which may stand in this part's place

fn stored(values: vec4f) -> Stored {
  return values.x;
}
