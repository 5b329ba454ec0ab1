/** Images of the built-in set; the page's tests draw fewer. */
export const BUILTIN_SIZE = { train: 10_000, test: 2_000 };
