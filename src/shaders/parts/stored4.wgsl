// What a kernel stores is four numbers at a time.
alias Stored = vec4f;

fn stored(values: vec4f) -> Stored {
  return values;
}
