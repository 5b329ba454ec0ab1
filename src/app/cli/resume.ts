// A run that goes on keeps its settings: what was asked for beside --resume has to agree with them.
import type { RunConfig } from '../record.ts';
import { ROWS, textOf } from '../settings/table.ts';
import type { TrainOptions } from './options.ts';

/** @throws RangeError that names the option which the run has otherwise */
export function requireSameSettings(options: TrainOptions, config: RunConfig): void {
  const { typed, full, out, resume } = options;
  const asked = ROWS.flatMap(([flag, row]) => {
    const text = typed[flag];
    const value =
      text === undefined || row.group === 'circumstances' ? undefined : row.kind.read(text);
    if (value === undefined) return [];
    return [{ flag, value: row.kind.write(value), has: textOf(row, config) }];
  });
  const wrong = [
    ...asked.filter(({ value, has }) => value !== has),
    ...(full ? [{ flag: 'full', value: '', has: 'its own amount of work' }] : []),
    ...(out === undefined ? [] : [{ flag: 'out', value: out, has: 'its own folder' }]),
  ][0];
  if (!wrong) return;
  const { flag, value, has } = wrong;
  throw new RangeError(
    `--${flag}${value && ` ${value}`}: the run in ${resume} has ${has || 'none'}, and one that goes on keeps its ` +
      `settings. Leave --${flag} out, or begin a new run without --resume`,
  );
}
