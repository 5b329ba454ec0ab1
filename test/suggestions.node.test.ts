// Every command that is suggested keeps the settings of the run and changes what it says: each is read back by a shell
// and by the options, on several adapters.
import { FASHION_CLASSES, FASHION_TASK } from '../src/app/data/fashion.ts';
import { execFileSync } from 'node:child_process';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { configure, readOptions } from '../src/app/cli/options.ts';
import * as story from '../src/app/cli/story.ts';
import { Palette } from '../src/app/cli/terminal/index.ts';
import { commandLine, shellWord, trainCommand } from '../src/app/settings/command.ts';
import type { DataSet } from '../src/app/data/dataset.ts';
import { discuss } from '../src/app/discussion.ts';
import { divergenceCauses } from '../src/app/divergence.ts';
import type { RunConfig, RunRecord } from '../src/app/record.ts';
import {
  readSettings,
  searchOf,
  typedFromConfig,
  typedFromSearch,
} from '../src/app/settings/read.ts';
import { ROWS, SETTINGS, isFlag, rowOf } from '../src/app/settings/table.ts';
import { Fields } from '../src/app/web/places/field.tsx';
import type { Adapter } from '../src/tensor/index.ts';
import { configWith, confusionWith, evaluationOf, recordOf, type Curve } from './runRecord.ts';

/** Of one command several runs ask. */
const handedOn = new Map<string, string[]>();

/** The words as a shell hands them on. */
function wordsOf(command: string): string[] {
  const known = handedOn.get(command);
  if (known) return known;
  const start = 'npm run train -- ';
  expect(command.startsWith(start)).toBe(true);
  const text = execFileSync('sh', ['-c', `printf '%s\\0' ${command.slice(start.length)}`], {
    encoding: 'utf8',
  });
  const words = text.split('\0').slice(0, -1);
  handedOn.set(command, words);
  return words;
}

const adapters = [
  { name: 'a card', software: false },
  { name: 'llvmpipe (LLVM 19)', software: true },
  { name: 'SwiftShader Device', software: true },
] as unknown as Adapter[];
const photographs = {
  builtin: false,
  train: { count: 60_000 },
  ...{ height: 28, width: 28, channels: 1, classes: FASHION_CLASSES },
} as unknown as DataSet;

const config: RunConfig = {
  ...configWith(),
  ...{ augment: 'flip,shift2', warmup: 0.1, momentum: 0.8, weightDecay: 0.0005 },
  ...{ labelSmoothing: 0.05, clipNorm: 1, ema: 0.99, patience: 3, tta: 'mirror' },
  ...{ seed: 7, epochs: 4, batchSize: 64, optimizer: 'momentum', learningRate: 0.0123456789012345 },
  ...{
    schedule: 'constant',
    network: 'conv3-gap',
    turns: [{ step: 120, factor: 0.5 }],
    tune: true,
  },
  ...{
    validation: 0.2,
    trainLimit: 9000,
    data: "my data/it's",
    adapter: 'SwiftShader (x)',
    preset: null,
  },
};
const configs: readonly [string, RunConfig][] = [
  ['everything set', config],
  ['all images', { ...config, trainLimit: null, data: null, adapter: null }],
  [
    'as the page has it',
    {
      ...config,
      schedule: 'cosine',
      network: null,
      data: 'builtin',
      adapter: null,
      ...{ validation: 0, patience: 0 },
      optimizer: 'adam',
    },
  ],
];

/** What the reader of the options makes of a command, on each adapter. */
function configsOf(command: string): RunConfig[] {
  const options = readOptions(wordsOf(command));
  return adapters.map((adapter) => configure(options, adapter, photographs));
}

/** The configuration with the changes of a suggestion and nothing else. */
function changed(config: RunConfig, options: Readonly<Record<string, unknown>>): RunConfig {
  const fields = Object.entries(options).map(([flag, value]) => {
    if (!isFlag(flag)) throw new Error(flag);
    return [SETTINGS[flag].key, rowOf(flag).kind.read(String(value))];
  });
  return { ...config, ...(Object.fromEntries(fields) as object) };
}

describe.each(configs)('%s', (_, config) => {
  test('the command repeats the run on whatever adapter', () => {
    for (const found of configsOf(trainCommand(config))) expect(found).toEqual(config);
  });

  const CURVES: Readonly<Record<string, Curve>> = {
    improving: [
      [0.8, 0.7, 0.5, 0.8],
      [0.5, 0.8, 0.4, 0.86],
      [0.4, 0.85, 0.35, 0.88],
    ],
    overfitting: [
      [0.5, 0.8, 0.4, 0.84],
      [0.3, 0.89, 0.33, 0.88],
      [0.2, 0.92, 0.36, 0.88],
      [0.1, 0.97, 0.5, 0.87],
    ],
    single: [[0.8, 0.7, 0.5, 0.8]],
    unstable: [0.6, 0.45, 0.62, 0.44, 0.61, 0.46].map(
      (loss, i) => [0.6 - i / 50, 0.8, loss, 0.8] as const,
    ),
    underfitting: [
      [1.3, 0.5, 1.25, 0.52],
      [1.22, 0.54, 1.2, 0.55],
      [1.2, 0.55, 1.199, 0.551],
    ],
    level: [
      [0.4, 0.9, 0.31, 0.89],
      [0.33, 0.9, 0.3, 0.893],
      [0.32, 0.9, 0.2999, 0.893],
    ],
  };
  const stops: readonly RunRecord['stopped'][] = ['completed', 'interrupted', 'diverged'];

  test('each suggestion changes what it suggests', () => {
    const judged = evaluationOf(confusionWith(1000, 200), 0.99);
    const tried = new Set<string>();
    for (const curve of Object.values(CURVES))
      for (const stopped of stops)
        for (const builtin of [false, true]) {
          const counts = {
            train: 9000,
            validation: 6000,
            test: 10_000,
            available: 60_000,
            task: FASHION_TASK,
          };
          const record = recordOf({
            curve,
            stopped,
            config,
            evaluation: judged,
            dataset: { builtin, counts },
          });
          for (const { options } of discuss(record, judged)) {
            if (options === undefined) continue;
            Object.keys(options).forEach((name) => tried.add(name));
            for (const found of configsOf(trainCommand(config, options)))
              expect(found).toEqual(changed(config, options));
          }
        }
    expect([...tried].sort()).toEqual(
      expect.arrayContaining(['data', 'epochs', 'images', 'lr', 'model']),
    );
  });

  test('each way out of a divergence does', () => {
    for (const { options } of divergenceCauses({ ...config, batchSize: 8 }, 200)) {
      if (options === undefined) continue;
      const small = { ...config, batchSize: 8 };
      for (const found of configsOf(trainCommand(small, options)))
        expect(found).toEqual(changed(small, options));
    }
    const commands = story.divergence(200, config).flatMap(({ command }) => command ?? []);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(configsOf(command)[0]).toMatchObject({ seed: 7, validation: config.validation });
  });

  test('the terminal’s hint to the whole training does', () => {
    const page = { width: 80, palette: new Palette(0) };
    const ready = { warmUpMs: 100, memory: { stepBytes: 2 ** 20, bytes: 3 * 2 ** 20 } };
    const lines = story.trainingPlan({ ...config, preset: 'software adapter' }, 9000, ready, page);
    expect(lines.join('\n')).toMatch(/GPU memory +3\.0 MiB, of them 1\.0 MiB for what/);
    const command = lines.find((line) => line.includes('npm run train'))!.trim();
    for (const found of configsOf(command))
      expect(found).toEqual({ ...config, trainLimit: null, epochs: 15 });
  });
});

test('page and terminal have the same defaults, the amount of work aside', () => {
  for (const adapter of adapters) {
    const terminal = configure(readOptions([]), adapter, photographs);
    const { config } = readSettings(
      {},
      { face: 'page', adapter, builtin: false, available: 60_000, task: FASHION_TASK },
    );
    const same = { epochs: 0, trainLimit: null, preset: null };
    expect({ ...config, ...same }).toEqual({ ...terminal, ...same });
  }
});

test('a rate that nobody gives is the optimizer’s, in page and terminal', () => {
  const adapter = adapters[0]!;
  const situation = {
    face: 'page',
    adapter,
    builtin: false,
    available: 60_000,
    task: FASHION_TASK,
  } as const;
  expect(readSettings({ optimizer: 'sgd' }, situation).config?.learningRate).toBe(0.05);
  const { learningRate } = configure(readOptions(['--optimizer', 'sgd']), adapter, photographs);
  expect(learningRate).toBe(0.05);
});

test('a field for numbers alone asks for a keyboard of digits', () => {
  const { values } = readSettings({}, { face: 'page', adapter: adapters[0]!, builtin: false, available: 60_000, task: FASHION_TASK }); // prettier-ignore
  const html = (['main', 'more'] as const)
    .map((group) => renderToString(h(Fields, { group, values, problems: {}, onChange: () => {} })))
    .join('');
  const modes = Array.from(html.matchAll(/<input [^>]*name="([^"]+)"[^>]*inputMode="(\w+)"/gi));
  const [word, decimal] = ['text', 'decimal'].map((mode) =>
    modes.flatMap(([, name, found]) => (found === mode ? [name] : [])),
  );
  expect(word).toEqual(['images', 'warmup', 'momentum', 'weight-decay']);
  expect(decimal).toEqual([
    ...['epochs', 'batch', 'lr', 'label-smoothing', 'clip-norm', 'ema', 'patience', 'seed'],
    'validation',
  ]);
});

test('every setting of a run comes through its address', () => {
  const situation = {
    face: 'page',
    adapter: adapters[0]!,
    builtin: false,
    available: 60_000,
    task: FASHION_TASK,
  } as const;
  const {
    'lr-changes': changes,
    data,
    pictures,
    adapter,
    ...typed
  } = Object.fromEntries(ROWS.map(([flag, row]) => [flag, row.kind.write(config[row.key])]));
  const search = searchOf(typedFromConfig(config));
  expect(typedFromSearch(search)).toEqual(typed);
  const found = readSettings(typedFromSearch(search), situation).config;
  expect(found).toEqual({ ...config, turns: [], data: null, adapter: null });
  expect([changes, data, adapter].every(Boolean)).toBe(true);
  expect(pictures).toBe('');
});

test('other spellings of the terminal', () => {
  const of = (...words: string[]) => configure(readOptions(words), adapters[2]!, photographs);
  expect(of('--train-limit', '500')).toEqual(of('--images', '500'));
  expect(of('--turns', '120:0.5')).toEqual(of('--lr-changes', '120:0.5'));
  expect(of('--tune')).toEqual(of('--kernels', 'fastest'));
  expect(of('--full')).toMatchObject({ trainLimit: null, epochs: 15, preset: null });
  expect(of('--full', '--epochs', '3', '--images', '900')).toMatchObject({
    trainLimit: 900,
    epochs: 3,
  });
  expect(of()).toMatchObject({ trainLimit: 12_000, epochs: 3, preset: 'slow software adapter' });
  expect(of('--seed', '1,000', '--train-limit', "6'000")).toMatchObject({
    ...{ seed: 1000, trainLimit: 6000 },
  });
  // What goes on to a run of a sweep is the exact text.
  expect(readOptions(['--seed', '1,000', '--lr', '.01', '--train-limit', '6 000']).typed).toEqual({
    ...{ seed: '1000', lr: '0.01', images: '6000' },
  });
  expect(() => of('--model', 'conv64_same', '--batch', '4,096')).toThrow(
    /^--batch: Too large for layer 1 \(conv1\): For 4,096 images .* or the batch: 668 at most\.$/,
  );
  expect(() => of('--images', '58,000')).toThrow('--images: 58,000 are more than the 54,000');
});

test('what a shell would take for its own is quoted', () => {
  expect(shellWord('conv32_k5-pool')).toBe('conv32_k5-pool');
  expect(shellWord('a=b,c:0.5/d@e%f+1')).toBe('a=b,c:0.5/d@e%f+1');
  const odd = [
    'my runs',
    "it's",
    '',
    '$HOME',
    '`x`',
    '*',
    '~',
    'a\\b',
    '"',
    'ä ö',
    'a\nb',
    '#',
    '!',
    '--json',
  ];
  expect(wordsOf(commandLine(odd))).toEqual(odd);
});
