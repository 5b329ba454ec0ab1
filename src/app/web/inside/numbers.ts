// Numbers as they are written in a sum: a true minus, digits that line up.

/** -0.5 → '−0.500'; what rounds to zero has no sign. */
export function signed(value: number, digits = 3): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** 3.2e-8 → '3.2 × 10⁻⁸' */
export function power(value: number): string {
  if (value === 0) return '0';
  const [digits = '', exponent = ''] = value.toExponential(1).split('e');
  const raised = exponent
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] as string);
  return `${digits} × 10${raised}`;
}
