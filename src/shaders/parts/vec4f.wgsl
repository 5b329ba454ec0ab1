// The numbers of a kernel, four at a time, as parts that take them for bits call them.
alias Value = vec4f;
alias Bits = vec4i;
alias Flags = vec4<bool>;
