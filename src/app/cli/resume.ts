// A run that goes on keeps its settings: what was asked for beside --resume has to agree with them.
import { REFERENCE } from '../network.ts';
import type { RunConfig } from '../record.ts';
import { turnsText } from '../turns.ts';
import type { TrainOptions } from './options.ts';

type Setting = readonly [
  option: string,
  asked: (options: TrainOptions) => unknown,
  has: (config: RunConfig) => unknown,
];

const SETTINGS: readonly Setting[] = [
  ['model', ({ model }) => model, ({ network }) => network ?? REFERENCE],
  ['epochs', ({ epochs }) => epochs, ({ epochs }) => epochs],
  ['batch', ({ batch }) => batch, ({ batchSize }) => batchSize],
  ['lr', ({ lr }) => lr, ({ learningRate }) => learningRate],
  ['optimizer', ({ optimizer }) => optimizer, ({ optimizer }) => optimizer],
  ['schedule', ({ schedule }) => schedule, ({ schedule }) => schedule],
  ['turns', ({ turns = [] }) => turnsText(turns), ({ turns = [] }) => turnsText(turns)],
  ['seed', ({ seed }) => seed, ({ seed }) => seed],
  ['validation', ({ validation }) => validation, ({ validation }) => validation],
  ['trainLimit', ({ trainLimit }) => trainLimit, ({ trainLimit }) => trainLimit ?? 'none'],
  ['full', () => true, () => 'its own amount of work'],
  ['tune', () => true, ({ tune }) => tune ?? 'the usual kernels'],
  ['out', ({ out }) => out, () => 'its own folder'],
];

/** @throws RangeError that names the option which the run has otherwise */
export function requireSameSettings(options: TrainOptions, config: RunConfig): void {
  for (const [name, asked, has] of SETTINGS) {
    if (!options.given.has(name) || asked(options) === has(config)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const value = asked(options) === true ? '' : ` ${String(asked(options))}`;
    throw new RangeError(
      `${flag}${value}: the run in ${options.resume} has ${String(has(config))}, and one that goes on keeps its ` +
        `settings. Leave ${flag} out, or begin a new run without --resume`,
    );
  }
}
