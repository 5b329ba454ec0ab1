// The numbers of a kernel, one at a time, as parts that take them for bits call them.
alias Value = f32; // vec4f: four at once, in whole vec4s
alias Bits = i32; // vec4i with it
alias Flags = bool; // vec4<bool> with it
