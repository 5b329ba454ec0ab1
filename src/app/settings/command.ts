// The command line that repeats a run in a terminal, or tries one of its settings otherwise.
import type { Changes } from './read.ts';
import { ROWS, type RunConfig, textOf, usualText } from './table.ts';

/** A word as a shell takes it: quoted where it has a character that means something there. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words behind `npm run train`, or behind another script. */
export const commandLine = (words: readonly string[], script = 'train'): string =>
  [`npm run ${script} --`, ...words.map(shellWord)].join(' ');

/** @param name of the program, as it is called */
export const resumeCommand = (name: string, folder: string): string =>
  `${name} --resume ${shellWord(folder)}`;

/**
 * The command that repeats a run with all its settings, whatever the adapter; `changes`, which come first, are tried in
 * their place: {epochs: 20} → 'npm run train -- --epochs 20 --images all --batch 128 …'.
 */
export function trainCommand(config: RunConfig, changes: Changes = {}): string {
  const kept = ROWS.filter(([flag]) => changes[flag] === undefined)
    .map(([flag, row]) => ({ flag, row, text: textOf(row, config) }))
    // What is rarely set goes without saying.
    .filter(({ row, text }) => text !== '' && (row.group === 'main' || text !== usualText(row)));
  const words = [
    ...Object.entries(changes),
    ...kept.map(({ flag, text }) => [flag, text] as const),
  ];
  return commandLine(words.flatMap(([flag, text]) => [`--${flag}`, String(text)]));
}
