// What a sweep tries: a grid of named settings, or random draws of them, times seeds.
import { Random } from '../data/random.ts';
import { readNumber } from '../readNumber.ts';
import { type AnySetting, type Flag, ROWS, type Typed, isFlag, rowOf } from '../settings/table.ts';
import { readText } from '../settings/kinds.ts';
import { grouped } from '../wording.ts';

/** A setting that is varied: over a list, or drawn between two numbers. */
export type Varied =
  | { readonly flag: Flag; readonly values: readonly string[] }
  | { readonly flag: Flag; readonly low: string; readonly high: string };

export interface Plan {
  /** What all runs share, each as its kind writes it; all else is as usual. */
  readonly base: Typed;
  /** Never the seed: `seeds` are its values. */
  readonly over: readonly Varied[];
  /** So many random draws; null for the grid, which is every combination. */
  readonly random: number | null;
  /** Each combination is trained once with each. */
  readonly seeds: readonly number[];
}

/** One run of a sweep: the settings that are varied, and its seed. */
export interface Trial {
  readonly settings: Typed;
  readonly seed: number;
}

const MOST_TRIALS = 1000;

/** `low..high`, in any notation of numbers. */
const RANGE = /^(.+?)\.\.(.+)$/;

/**
 * Reads `lr=0.001,0.01`, or for a random search `lr=0.0001..0.01`. Semicolons stand between values that have commas.
 * @throws RangeError that says which value will not do
 */
export function readVaried(text: string): Varied {
  const [, flag = '', list = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (!isFlag(flag))
    throw new RangeError(
      `${flag || text} is no setting; one of ${ROWS.map(([name]) => name).join(', ')} stands before an =, such as lr=0.001,0.01.`,
    );
  const row = rowOf(flag);
  const [, low = '', high = ''] = RANGE.exec(list) ?? [];
  if (!Number.isNaN(readNumber(low) + readNumber(high))) return rangeOf(flag, row, low, high);
  const values = list.split(list.includes(';') ? ';' : ',').map((value) => value.trim());
  const texts = values.map((value) => {
    const found = readText(row.kind, value);
    if ('problem' in found) throw new RangeError(`${flag}: ${found.problem}`);
    return row.kind.write(found.value);
  });
  return { flag, values: [...new Set(texts)] };
}

function rangeOf(flag: Flag, { kind }: AnySetting, ...ends: readonly [string, string]): Varied {
  const [low, high] = ends.map(readNumber) as [number, number];
  if (kind.choices || !(low > 0) || !(high > low))
    throw new RangeError(
      `${flag}: a range goes from a number above 0 to a larger one, such as lr=0.0001..0.01.`,
    );
  for (const end of ends) {
    const found = readText(kind, end);
    if ('problem' in found) throw new RangeError(`${flag}: ${found.problem}`);
  }
  return { flag, low: String(low), high: String(high) };
}

/** The same with other values; a range stays as it is. */
export const mapValues = (varied: Varied, f: (text: string) => string): Varied =>
  'values' in varied ? { ...varied, values: [...new Set(varied.values.map(f))] } : varied;

/** The other way: 'lr=0.001,0.01'. */
export function variedText(varied: Varied): string {
  if (!('values' in varied)) return `${varied.flag}=${varied.low}..${varied.high}`;
  const { flag, values } = varied;
  const hasCommas = values.some((value) => value.includes(','));
  return `${flag}=${values.join(hasCommas ? ';' : ',')}${hasCommas && values.length === 1 ? ';' : ''}`;
}

/**
 * A plan out of what was asked for; a seed among the varied settings gives the seeds.
 * @param seeds so many, from the seed of `base` on (1 by default)
 * @throws RangeError that says what does not go together
 */
export function planOf({
  base,
  over,
  random = null,
  seeds,
}: Pick<Plan, 'base' | 'over'> & {
  readonly random?: number | null;
  readonly seeds?: number | undefined;
}): Plan {
  const flags = over.map(({ flag }) => flag);
  const twice = flags.find((flag, i) => flags.indexOf(flag) < i);
  if (twice !== undefined) throw new RangeError(`${twice} is varied twice.`);
  const both = flags.find((flag) => base[flag] !== undefined);
  if (both !== undefined)
    throw new RangeError(`${both} is varied, and set to ${base[both]}: leave one out.`);
  const ranged = over.find((varied) => !('values' in varied));
  if (ranged && (random === null || ranged.flag === 'seed'))
    throw new RangeError(
      ranged.flag === 'seed'
        ? 'seed is varied over a list, such as seed=0,1,2.'
        : `${ranged.flag} is drawn between two numbers only by a random search, such as --random 10.`,
    );
  const [listed] = over.flatMap((varied) =>
    varied.flag === 'seed' && 'values' in varied ? [varied.values] : [],
  );
  if (listed && seeds !== undefined)
    throw new RangeError('seed is varied, and a number of seeds given: leave one out.');
  const first = Number(base.seed ?? 0);
  const { seed: _, ...rest } = base;
  const settings = over.filter(({ flag }) => flag !== 'seed');
  const held = [
    base.validation,
    ...settings.flatMap((v) => (v.flag === 'validation' && 'values' in v ? v.values : [])),
  ];
  if (held.some((text) => text !== undefined && Number(text) === 0))
    throw new RangeError(
      'A sweep chooses by the validation images: validation 0 holds none of them back.',
    );
  const plan: Plan = {
    base: rest,
    over: settings,
    random,
    seeds: listed?.map(Number) ?? Array.from({ length: seeds ?? 1 }, (_, i) => first + i),
  };
  for (const seed of plan.seeds) {
    const found = readText(rowOf('seed').kind, String(seed));
    if ('problem' in found) throw new RangeError(`seed: ${found.problem}`);
  }
  const count = (random ?? gridSize(settings)) * plan.seeds.length;
  if (count > MOST_TRIALS)
    throw new RangeError(
      `These are ${grouped(count)} runs; a sweep has at most ${grouped(MOST_TRIALS)}.`,
    );
  return plan;
}

const gridSize = (over: readonly Varied[]): number =>
  over.reduce((size, varied) => size * ('values' in varied ? varied.values.length : Infinity), 1);

/**
 * The runs of a plan: every setting with the first seed, then with the next, so that all of them are seen early.
 * A random search may have fewer settings than were asked for: none is drawn twice.
 */
export function trialsOf(plan: Plan): readonly Trial[] {
  const settings = plan.random === null ? grid(plan.over) : drawn(plan, plan.random);
  return plan.seeds.flatMap((seed) => settings.map((one) => ({ settings: one, seed })));
}

/** Every combination; the last setting changes the fastest. */
function grid(over: readonly Varied[]): readonly Typed[] {
  return over.reduce<readonly Typed[]>(
    (all, varied) =>
      all.flatMap((one) =>
        ('values' in varied ? varied.values : []).map((value) => ({
          ...one,
          [varied.flag]: value,
        })),
      ),
    [{}],
  );
}

/** Draws in vain, one after another, after which there is taken to be nothing new. */
const MOST_IN_VAIN = 200;

/** Draws that depend on the first seed, the number of the draw and the place of the setting, and on nothing else. */
function drawn({ over, seeds: [seed = 0] }: Plan, count: number): readonly Typed[] {
  const found = new Map<string, Typed>();
  for (let draw = 0, inVain = 0; found.size < count && inVain < MOST_IN_VAIN; draw++) {
    const one = over.map((varied, at) => [
      varied.flag,
      drawOne(varied, new Random(seed, draw, at)),
    ]);
    const key = JSON.stringify(one);
    inVain = found.has(key) ? inVain + 1 : 0;
    found.set(key, Object.fromEntries(one) as Typed);
  }
  return [...found.values()];
}

/** From a list each value is as likely; between two numbers each ratio is: uniform in the logarithm. */
function drawOne(varied: Varied, random: Random): string {
  if ('values' in varied) return varied.values[random.integer(varied.values.length)] as string;
  const { flag } = varied;
  const [low, high] = [Number(varied.low), Number(varied.high)];
  const exact = Math.exp(random.uniform(Math.log(low), Math.log(high)));
  const { kind } = rowOf(flag);
  // Three digits say it; a whole number where the setting is one.
  const short = [Number(exact.toPrecision(3)), Math.round(exact)].map((value) =>
    kind.read(String(Math.min(high, Math.max(low, value)))),
  );
  return kind.write(short.find((value) => value !== undefined) as never);
}
