// Numbers as they are written in a sum: a true minus, digits that line up.

/** -0.5 → '−0.500'; what rounds to zero has no sign. */
export function signed(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
