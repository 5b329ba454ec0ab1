// One reader for every number that a person types or that stands in an address.

/** 6,000 or 6 000 or 6'000, with a decimal point or an exponent where there are no groups. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:([,'’\s\u00a0\u202f])\d{3})(?:\1\d{3})*$/;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The number that a text is, NaN where it is none. Digit groups are read as people write them ("6,000", "6 000"), but
 * a comma is no decimal point ("0,001" is none), and neither nothing nor "0x10" nor "Infinity" is a number.
 */
export function readNumber(text: string): number {
  const plain = text.trim().replaceAll('\u2212', '-');
  if (GROUPED.test(plain)) return Number(plain.replace(/[,'’\s]/g, ''));
  return PLAIN.test(plain) ? Number(plain) : NaN;
}

/** A text as a sentence cites it: “4,096”, cut where it is long, and Nothing for nothing. */
export function cited(text: string): string {
  const plain = text.trim();
  if (plain === '') return 'Nothing';
  return `“${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}”`;
}
