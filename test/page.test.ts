// The pure parts of the page: settings and their address, advice where WebGPU is missing, the state.
import { describe, expect, test } from 'vitest';
import type { FitProgress } from '../src/app/fit.ts';
import { advise, hostOf } from '../src/app/web/advice.ts';
import { trainCommand as commandOf } from '../src/app/settings/command.ts';
import {
  readSettings,
  searchOf,
  typedFromChanges,
  typedFromConfig,
  typedFromSearch,
} from '../src/app/settings/read.ts';
import type { Typed } from '../src/app/settings/table.ts';
import { type Event, reduce, START } from '../src/app/web/state.ts';
import { SITUATION } from './situation.ts';

const read = (typed: Typed) => readSettings(typed, SITUATION);

describe('settings', () => {
  test('the usual ones on a software adapter', () => {
    const { config, counts, problems } = read({});
    expect(problems).toEqual({});
    expect(counts).toEqual({ train: 6000, validation: 1000, unused: 3000 });
    expect(config).toMatchObject({ epochs: 2, batchSize: 128, trainLimit: 6000, data: 'builtin' });
  });

  test('all images, digit groups, a number held back', () => {
    expect(read({ images: 'All' }).config?.trainLimit).toBeNull();
    expect(read({ images: '6,000' }).counts?.train).toBe(6000);
    expect(read({ validation: '0', images: 'all' }).counts).toEqual({
      train: 10_000,
      validation: 0,
      unused: 0,
    });
    expect(read({ validation: '2000' }).counts?.validation).toBe(2000);
    expect(read({ lr: '1e-4' }).config?.learningRate).toBe(1e-4);
  });

  const wrong: readonly (readonly [Typed, keyof Typed, RegExp])[] = [
    [{ epochs: '0' }, 'epochs', /^“0” is not a whole number from 1 to 10,000\.$/],
    [{ epochs: '1.5' }, 'epochs', /“1.5”/],
    [{ epochs: '' }, 'epochs', /^Nothing is not a whole number/],
    [{ batch: '1e9' }, 'batch', /from 1 to 4,096/],
    [{ batch: '128', images: '100' }, 'batch', /more than the 100 training images/],
    [
      { images: '9001' },
      'images',
      /^9,001 are more than the 9,000 images .* \(1,000 are held back\)/,
    ],
    [{ lr: '0,001' }, 'lr', /^“0,001” is not a number above 0/],
    [{ lr: '-1' }, 'lr', /above 0/],
    [{ optimizer: 'lyon' }, 'optimizer', /^“lyon” is not one of adam, adamw/],
    [{ validation: '10000' }, 'validation', /leave none of 10,000/],
    [{ images: 'most' }, 'images', /nor the word “all”/],
    [{ seed: '-1' }, 'seed', /from 0/],
    // Too large for the reference network: what is wrong is said where it was typed.
    [
      { batch: '4,096' },
      'batch',
      /^Too large for layer 1 .* 4,096 images.* the batch: 1,551 at most/,
    ],
    [{ batch: '2048', model: 'conv64_same', images: 'all' }, 'batch', /the batch: 668 at most/],
    [{ batch: '0x80' }, 'batch', /“0x80” is not/],
    [{ batch: '9'.repeat(5000) }, 'batch', /^“9{40}…” is not/],
    [{ lr: 'Infinity' }, 'lr', /“Infinity”/],
  ];
  const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].flatMap(
    (name): typeof wrong => [
      [{ optimizer: name }, 'optimizer', /is not one of adam/],
      [{ kernels: name }, 'kernels', /is not one of usual, fastest/],
      [{ model: name }, 'model', /There is no layer/],
      [{ epochs: name }, 'epochs', /not a whole number/],
      [{ validation: name }, 'validation', /not a share below 1/],
    ],
  );
  test.each([...wrong, ...inherited])('%j is refused', (typed, field, sentence) => {
    const { config, problems } = read(typed);
    expect(config).toBeUndefined();
    expect(problems[field]).toMatch(sentence);
  });

  test('live in the address, wrong ones too', () => {
    const typed = { epochs: '3', lr: 'quick' };
    expect(searchOf(typed)).toBe('?epochs=3&lr=quick');
    expect(typedFromSearch('?lr=quick&epochs=3&evil=1&__proto__=x')).toEqual(typed);
    expect(searchOf({})).toBe('');
  });

  test('are repeated by a command', () => {
    const { config } = read({});
    expect(config && commandOf(config)).toBe(
      'npm run train -- --data builtin --images 6000 --epochs 2 --batch 128 --lr 0.002 --optimizer adam --schedule cosine',
    );
  });

  test('ask for the fastest kernels, or for the usual ones', () => {
    expect(read({}).config?.tune).toBe(false);
    const { config } = read({ kernels: 'fastest' });
    expect(config?.tune).toBe(true);
    expect(config && commandOf(config)).toMatch(/ --kernels fastest$/);
    expect(config && typedFromConfig(config).kernels).toBe('fastest');
    expect(read({ kernels: 'slow' }).problems.kernels).toMatch(/“slow” is not one of/);
    expect(typedFromChanges({ kernels: 'fastest' })).toEqual({ kernels: 'fastest' });
  });

  test('hold a network, in full where a preset was named', () => {
    expect(read({}).config?.network).toBeNull();
    expect(read({ model: 'reference' }).config?.network).toBeNull();
    const { config } = read({ model: 'dense' });
    expect(config?.network).toBe('dense128');
    expect(config && commandOf(config)).toContain(' --model dense128 ');
    expect(typedFromSearch(searchOf({ model: 'conv8-drop0.5' }))).toEqual({
      model: 'conv8-drop0.5',
    });
    expect(read({ model: 'conv8-pool199' }).problems.model).toMatch(/^layer 2 \(pool1\): “199” is/);
    expect(typedFromChanges({ model: 'dense128' })).toEqual({ model: 'dense128' });
  });

  test('take suggestions that have a field here', () => {
    expect(typedFromChanges({ epochs: 4, lr: 0.0003 })).toEqual({ epochs: '4', lr: '0.0003' });
    expect(typedFromChanges({ images: 'all' })).toEqual({ images: 'all' });
    expect(typedFromChanges({ data: 'DIR' })).toBeUndefined();
  });
});

const UA = {
  chrome:
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1',
};

describe('without WebGPU', () => {
  test.each([
    [UA.chrome, /chrome:\/\/flags/],
    [UA.firefox, /dom\.webgpu\.enabled/],
    [UA.safari, /Safari 26/],
    [UA.iphone, /iOS or iPadOS 26/],
    ['curl', /current Chrome, Edge, Firefox or Safari/],
  ])('%s', (userAgent, step) => {
    const { title, steps } = advise('absent', { userAgent, secure: true });
    expect(title).toMatch(/no WebGPU/);
    expect(steps.join(' ')).toMatch(step);
  });

  test('says when the page, not the browser, is why', () => {
    const { steps } = advise('absent', { userAgent: UA.chrome, secure: false });
    expect(steps.join(' ')).toMatch(/https/);
  });

  test('says when the adapter is why', () => {
    const { steps } = advise('noAdapter', { userAgent: UA.chrome, secure: true });
    expect(steps.join(' ')).toMatch(/Vulkan driver.*--enable-unsafe-webgpu/);
  });

  test('names the browser of a run', () => {
    const hosts = [UA.chrome, UA.firefox, UA.safari, 'curl'].map(hostOf);
    expect(hosts).toEqual(['Chromium 142', 'Firefox 140', 'Safari 18.2', 'browser']);
  });
});

describe('state', () => {
  const { config, counts } = read({});
  const start = { kind: 'start', config, counts } as Event;
  const progress = (epoch: number, stepsDone: number, loss: number): Event => {
    const share = (stepsDone - (epoch - 1) * 4) / 4;
    const latest = { loss, hits: 1, learningRate: 0.001 };
    const rest = { accuracy: 0.5, imagesPerSecond: 1, etaMs: 1, stepsInEpoch: 4, latest };
    return {
      kind: 'progress',
      gpuBytes: 2048,
      progress: { epoch, stepsDone, share, loss, ...rest } satisfies FitProgress,
    };
  };

  test('a point is the mean since the one before, not since the epoch began', () => {
    // Steps with losses 4, 2, 1, 1, then 3 in the next epoch.
    const events = [progress(1, 1, 4), progress(1, 2, 3), progress(1, 4, 2), progress(2, 5, 3)];
    const { run } = [start, ...events].reduce(reduce, START);
    expect(run?.points).toEqual([
      { epoch: 0.25, loss: 4, accuracy: 0.5 },
      { epoch: 0.5, loss: 2, accuracy: 0.5 },
      { epoch: 1, loss: 1, accuracy: 0.5 },
      { epoch: 1.25, loss: 3, accuracy: 0.5 },
    ]);
  });

  test('a failure ends a run, and one without a run does not make one', () => {
    const failed: Event = { kind: 'failed', message: 'gone' };
    expect([start, failed].reduce(reduce, START).run).toMatchObject({
      phase: 'failed',
      message: 'gone',
    });
    expect(reduce(START, failed).run).toBeUndefined();
  });

  test('an epoch leaves its matrix; what it changed takes the place of the change before', () => {
    const epoch = (n: number, change: object): Event => {
      const record = { epoch: n } as Extract<Event, { kind: 'epoch' }>['epoch'];
      return { kind: 'epoch', epoch: record, confusion: [[n]], changes: undefined, ...change };
    };
    const counts = { learned: 1, lost: 0, otherwise: 0 };
    const [second, third] = [2, 3].map((n) => ({ changes: { epoch: n, counts, images: [] } }));
    const events = [epoch(1, {}), epoch(2, second ?? {}), epoch(3, third ?? {})];
    const { run } = [start, ...events].reduce(reduce, START);
    expect([...(run?.confusions ?? [])]).toEqual([
      [1, [[1]]],
      [2, [[2]]],
      [3, [[3]]],
    ]);
    expect(run?.changes?.epoch).toBe(3);
    expect([start, ...events, start].reduce(reduce, START).run?.changes).toBeUndefined();
  });

  test('stopping lasts until the network is judged', () => {
    const epoch = { epoch: 1 } as Extract<Event, { kind: 'epoch' }>['epoch'];
    const phases = [
      start,
      { kind: 'training', warmUpMs: 1 },
      { kind: 'stopping' },
      progress(1, 1, 1),
      { kind: 'epoch', epoch },
    ] as Event[];
    const seen = phases.map((_, i) => phases.slice(0, i + 1).reduce(reduce, START).run?.phase);
    expect(seen).toEqual(['preparing', 'training', 'stopping', 'stopping', 'judging']);
  });

  test('an album takes the images of its own question, in order, and no others', () => {
    const part = (id: number, from: number, ...indices: number[]) =>
      ({
        kind: 'album',
        id,
        part: { total: 3, from, images: indices.map((index) => ({ index })) },
      }) as unknown as Event;
    const open = { kind: 'openAlbum', id: 2, query: { title: 'x', split: 'test' } } as const;
    const events = [open, part(1, 0, 9), part(2, 0, 5, 6), part(2, 0, 5, 6), part(2, 2, 7)];
    const { album } = events.reduce(reduce, START);
    expect(album?.images.map(({ index }) => index)).toEqual([5, 6, 7]);
    expect(album?.total).toBe(3);
    const shut = [open, { kind: 'closeAlbum' } as const, part(2, 0, 5)].reduce(reduce, START);
    expect(shut.album).toBeUndefined();
  });

  test('an epoch keeps the matrix of its validation images', () => {
    const epoch = (n: number, confusion?: number[][]) =>
      ({ kind: 'epoch', epoch: { epoch: n }, confusion }) as unknown as Event;
    const { run } = [start, epoch(1, [[3]]), epoch(2)].reduce(reduce, START);
    expect([...(run?.confusions ?? [])]).toEqual([[1, [[3]]]]);
  });
});
