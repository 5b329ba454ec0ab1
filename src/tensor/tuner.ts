// The tuner: times the variants of every op and shape that some work asks for, and remembers the fastest.
// What it found is in force from then on and never changes under a run: one plan, one order of sums, the same bits.
import type { Adapter } from './adapter.ts';
import type { Recording } from './recording.ts';
import type { Device } from './device.ts';
import { GpuError, TensorError } from './errors.ts';
import {
  type Kind,
  type OptionKinds,
  anything,
  checkOptions,
  finite,
  listOf,
  required,
  shown,
  text,
} from './options.ts';
import { type Family, type Plan, type Tuning, idOf, plansFor } from './variants.ts';

/** Where tables are kept from one run to the next: a text by its key. */
export interface TuningStore {
  readonly read: (key: string) => Promise<string | undefined>;
  readonly write: (key: string, text: string) => Promise<void>;
}

/** What was found for one op and shape. */
export interface Choice {
  readonly op: string;
  readonly shape: string;
  /** Digest of the kernels it was chosen from: with other sources it does not count. */
  readonly kernels: string;
  readonly winner: string;
  /** Milliseconds of each variant that was timed, medians. */
  readonly timesMs: Readonly<Record<string, number>>;
}

/** Of `tune`. */
export interface TuneOptions {
  readonly store: TuningStore;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  /** What else tells this machine from others, such as the browser's version. */
  readonly host?: string;
  /** Told, in a sentence, why a stored table is not used and is measured anew. */
  readonly onDropped?: (why: string) => void;
  /** Called with each choice that was measured just now. */
  readonly onChoice?: (choice: Choice) => void;
  /** Called before the first and after each of the ops that are measured now. */
  readonly onProgress?: (done: number, of: number) => void;
  /** Asked between two measurements: what was measured whole is kept, the rest stays as is usual. */
  readonly isStopped?: () => boolean;
}

const FORMAT = 'weft-tuning/1';
/** By so much must a variant beat the usual one: less is noise, and a change for nothing. */
const MARGIN = 0.97;
/** A variant that takes so many times the best one's first time is not timed again. */
const HOPELESS = 4;
const ROUNDS = 5;
const ROUND_MS = 25;
const MOST_REPEATS = 64;

/** One op and shape that was asked for, with all that is needed to time it. */
interface Wanted {
  readonly op: string;
  readonly shape: string;
  readonly kernels: string;
  readonly plans: readonly Plan[];
  readonly trial: () => () => void;
}

/** Tells what it knows, and notes what it was asked. */
class Table implements Tuning {
  readonly asked = new Map<string, Wanted>();
  /** The op and plan that is being timed. */
  trying: { readonly key: string; readonly id: string } | undefined;

  constructor(
    readonly device: Device,
    readonly known: Map<string, Choice>,
  ) {}

  choice<S>(family: Family<S>, shape: S): string | undefined {
    const { op } = family;
    const shown = family.show(shape);
    const kernels = digestOf(family);
    const key = keyOf({ op, shape: shown, kernels });
    if (this.trying?.key === key) return this.trying.id;
    if (!this.asked.has(key)) {
      const plans = plansFor(this.device, family, shape);
      const trial = () => family.trial(this.device, shape);
      this.asked.set(key, { op, shape: shown, kernels, plans, trial });
    }
    return this.known.get(key)?.winner;
  }

  /** What is in force for what was asked. */
  get choices(): Choice[] {
    return [...this.asked.keys()].flatMap((key) => this.known.get(key) ?? []);
  }
}

/**
 * Runs `work` to learn which ops and shapes it needs, times the variants of those that the store does not know yet,
 * and sets `device.tuning`; where that fails the device keeps the one it had. What was recorded before keeps its
 * kernels: record it again. A stored table is checked whole; one that is no table, or another adapter's, is not used.
 * @returns the choices in force for what `work` asked
 */
export async function tune(
  device: Device,
  work: () => unknown,
  options: TuneOptions,
): Promise<readonly Choice[]> {
  const { store, host = '', onDropped } = options;
  const adapter = identityOf(device.info, host);
  const key = adapter.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const table = new Table(device, readTable(await store.read(key), adapter, onDropped));
  const before = device.tuning;
  device.tuning = table;
  try {
    await work();
    await device.finish();
    if (await measure(device, table, options)) {
      await store.write(key, writeTable(adapter, table.known));
    }
  } catch (error) {
    device.tuning = before;
    throw error;
  }
  return table.choices;
}

/** Times what was asked and is not known. @returns whether there was such */
async function measure(
  device: Device,
  table: Table,
  { now, onChoice, onProgress, isStopped = () => false }: TuneOptions,
) {
  const open = [...table.asked].filter(([k, { plans }]) => !table.known.has(k) && plans.length > 1);
  let done = 0;
  for (const [k, wanted] of open) {
    onProgress?.(done, open.length);
    const timesMs = await timeAll(device, table, wanted, now, isStopped);
    if (!timesMs) break;
    done++;
    const { op, shape, kernels } = wanted;
    const choice = { op, shape, kernels, winner: winnerOf(wanted.plans, timesMs), timesMs };
    table.known.set(k, choice);
    onChoice?.(choice);
  }
  if (open.length > 0) onProgress?.(done, open.length);
  return done > 0;
}

/** The first in order, unless another is clearly faster. */
function winnerOf(plans: readonly Plan[], timesMs: Readonly<Record<string, number>>): string {
  const time = (id: string) => timesMs[id] ?? Infinity;
  const ids = plans.map(({ id }) => id);
  const fastest = ids.reduce((best, id) => (time(id) < time(best) ? id : best));
  const usual = ids[0] as string;
  return time(fastest) < MARGIN * time(usual) ? fastest : usual;
}

/** Medians of all plans, in turns, so that a machine that slows down slows them all; undefined when stopped. */
async function timeAll(
  device: Device,
  table: Table,
  wanted: Wanted,
  now: () => number,
  isStopped: () => boolean,
): Promise<Readonly<Record<string, number>> | undefined> {
  const run = wanted.trial();
  const timeMs = async (recording: Recording<void>, times: number) => {
    const start = now();
    recording.replay(times);
    await device.finish();
    return (now() - start) / times;
  };
  const entries: { id: string; recording: Recording<void>; firstMs: number; samples: number[] }[] =
    [];
  for (const { id } of wanted.plans) {
    if (isStopped()) return undefined;
    table.trying = { key: keyOf(wanted), id };
    try {
      const recording = device.capture(run);
      await recording.compiled();
      await timeMs(recording, 1); // some drivers still have something to do then
      entries.push({ id, recording, firstMs: await timeMs(recording, 1), samples: [] });
    } catch (error) {
      if (!(error instanceof GpuError)) throw error; // a kernel that this adapter refuses is none to choose
    } finally {
      table.trying = undefined;
    }
  }
  const best = Math.min(...entries.map(({ firstMs }) => firstMs));
  const timed = entries.filter(({ firstMs }) => firstMs <= HOPELESS * best);
  const repeats = Math.max(1, Math.min(MOST_REPEATS, Math.ceil(ROUND_MS / best)));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { recording, samples } of timed) {
      if (isStopped()) return undefined;
      samples.push(await timeMs(recording, repeats));
    }
  }
  return Object.fromEntries(
    entries.map(({ id, firstMs, samples }) => [id, samples.length > 0 ? median(samples) : firstMs]),
  );
}

const median = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] as number;

const keyOf = ({ op, shape, kernels }: Pick<Choice, 'op' | 'shape' | 'kernels'>): string =>
  [op, shape, kernels].join('; ');

/** The adapter and its driver, as far as they tell. */
const identityOf = (info: Adapter, host: string): string => {
  const { vendor, architecture, device, description, subgroupSize } = info;
  const lanes = subgroupSize === undefined ? '' : `subgroups of ${subgroupSize}`;
  return [vendor, architecture, device, description, lanes, host].filter(Boolean).join(', ');
};

const digests = new WeakMap<object, string>();

/** FNV-1a of 32 bits over the names and sources of a family's kernels: it tells when one was edited. */
function digestOf(family: Family<never>): string {
  let digest = digests.get(family);
  if (digest === undefined) {
    let hash = 0x811c9dc5;
    for (const v of family.variants) {
      for (const unit of `${idOf(v)}\n${v.kernel.source}\n`) {
        hash = Math.imul(hash ^ (unit.codePointAt(0) as number), 0x01000193);
      }
    }
    digest = (hash >>> 0).toString(16).padStart(8, '0');
    digests.set(family, digest);
  }
  return digest;
}

const times: Kind = {
  wants: 'milliseconds by kernel',
  holds: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(finite({ from: 0 }).holds),
};
const name = required(text);
const tableKinds = { format: name, adapter: name, choices: required(listOf(anything)) };
const choiceKinds: OptionKinds<Choice> = {
  ...{ op: name, shape: name, kernels: name, winner: name },
  timesMs: required(times),
};

/** The choices of a stored table; none, and why, where it is of another adapter or format, or no table at all. */
function readTable(
  stored: string | undefined,
  adapter: string,
  onDropped: TuneOptions['onDropped'],
): Map<string, Choice> {
  const known = new Map<string, Choice>();
  if (stored === undefined) return known;
  try {
    const table: unknown = JSON.parse(stored);
    checkOptions<StoredTable>('the table', table, tableKinds);
    if (table.format !== FORMAT) throw new TensorError(`it is a ${shown(table.format)}`);
    if (table.adapter !== adapter) throw new TensorError(`it is of ${shown(table.adapter)}`);
    table.choices.forEach((choice, i) => {
      checkOptions<Choice>(`choices[${i}]`, choice, choiceKinds);
      known.set(keyOf(choice), choice);
    });
  } catch (error) {
    known.clear(); // nothing is lost with a table that cannot be read: it is measured anew
    const why = error instanceof Error ? error.message : String(error);
    onDropped?.(`The choice of kernels kept for this adapter is measured anew: ${why}.`);
  }
  return known;
}

interface StoredTable {
  readonly format: string;
  readonly adapter: string;
  readonly choices: readonly unknown[];
}

/** One choice a line, so that a person can read it. */
function writeTable(adapter: string, known: ReadonlyMap<string, Choice>): string {
  const lines = [...known.values()].map((choice) => `    ${JSON.stringify(rounded(choice))}`);
  const head = `  "format": "${FORMAT}",\n  "adapter": ${JSON.stringify(adapter)},\n`;
  return `{\n${head}  "choices": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

const rounded = (choice: Choice): Choice => ({
  ...choice,
  timesMs: Object.fromEntries(
    Object.entries(choice.timesMs).map(([id, timeMs]) => [id, Number(timeMs.toPrecision(4))]),
  ),
});

/** The choices as a text table: op and shape, then each variant's time, the winner marked. */
export function formatChoices(choices: readonly Choice[]): string {
  return choices
    .map(({ op, shape, winner, timesMs }) => {
      const times = Object.entries(timesMs)
        .toSorted(([, a], [, b]) => a - b)
        .map(
          ([id, ms]) =>
            `  ${id === winner ? '→' : ' '} ${id.padEnd(32)}${ms.toFixed(3).padStart(10)} ms`,
        );
      return [`${op}: ${shape}`, ...times].join('\n');
    })
    .join('\n');
}
