// How the line of each run looks: told apart by its dashes and its number, the newest also by color.

export interface Line {
  readonly stroke: '--accent' | '--ink' | '--soft';
  readonly width: number;
  readonly dash: readonly number[];
}

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [12, 3, 2, 3], [1, 6], [14, 6]];

/** The line of run `at` of `of`. */
export function lineOf(at: number, of: number): Line {
  const fromEnd = of - 1 - at;
  const dash = DASHES[fromEnd % DASHES.length] ?? [];
  if (fromEnd === 0) return { stroke: '--accent', width: 2.25, dash };
  return { stroke: fromEnd <= DASHES.length ? '--ink' : '--soft', width: 1.5, dash };
}
