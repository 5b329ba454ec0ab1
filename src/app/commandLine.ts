// The command line that repeats a run in a terminal, or tries one of its settings otherwise.
import { DEFAULTS } from './defaults.ts';
import type { RunConfig } from './record.ts';
import { turnsText } from './turns.ts';

/** Options of the training command, by name; true for one that takes no value. */
export type Options = Readonly<Record<string, string | number | true>>;

/** A word as a shell takes it: quoted where it has a character that means something there. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words behind `npm run train`. */
export const commandLine = (words: readonly string[]): string =>
  ['npm run train --', ...words.map(shellWord)].join(' ');

/** Every setting that a terminal may have otherwise by default, in the order of its help. */
function optionsOf(
  config: RunConfig,
): readonly (readonly [string, string | number | true | null])[] {
  return [
    ['data', config.data],
    ['model', config.network ?? null],
    // Without it a slow adapter would take a part of the images.
    ['full', config.trainLimit === null ? true : null],
    ['train-limit', config.trainLimit],
    ['epochs', config.epochs],
    ['batch', config.batchSize],
    ['lr', config.learningRate], // exact, as a repetition needs it
    ['turns', config.turns ? turnsText(config.turns) : null],
    ['optimizer', config.optimizer],
    ['schedule', config.schedule === DEFAULTS.schedule ? null : config.schedule],
    ['seed', config.seed],
    ['validation', config.validation],
    ['adapter', config.adapter],
    ['tune', config.tune ? true : null],
  ];
}

/** Of two options that say how many images there are the suggested one counts. */
const AMOUNT = new Set(['full', 'train-limit']);

/**
 * The command that repeats a run with all its settings; `changes`, which come first, are tried in their place:
 * {epochs: 20} → 'npm run train -- --epochs 20 --full --batch 128 …'.
 */
export function trainCommand(config: RunConfig, changes: Options = {}): string {
  const changed = Object.entries(changes);
  const isChanged = (name: string) =>
    changed.some(([other]) => other === name || (AMOUNT.has(other) && AMOUNT.has(name)));
  const kept = optionsOf(config).filter(([name]) => !isChanged(name));
  const words = [...changed, ...kept].flatMap(([name, value]) => {
    if (value === null) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });
  return commandLine(words);
}
