// The worker: holds the engine, the data and the training, so that the page never waits for them.
// It is driven by the GPU's promises, not by frames, and goes on in a hidden tab.
import { version } from '../../../package.json';
import { referenceNetwork, Sequential } from '../../nn/index.ts';
import { type Device, NoAdapter, openDevice } from '../../tensor/index.ts';
import { builtinDataSet } from '../data/builtin.ts';
import type { DataSet } from '../data/dataset.ts';
import { type Exploration, explore } from '../data/eda.ts';
import { INPUT_SHAPE } from '../data/prepare.ts';
import { divide, runExperiment } from '../experiment.ts';
import type { RunConfig } from '../record.ts';
import { hostOf } from './advice.ts';
import { exported, type Finished, finished, pageVerdict } from './judgement.ts';
import { lookOf } from './look.ts';
import type { ExportName, FromWorker, ToWorker } from './protocol.ts';
import { Shelf } from './shelf.ts';

const send = (message: FromWorker): void => {
  postMessage(message);
};
const breathe = () => new Promise<void>((done) => setTimeout(done));

let device: Device | undefined;
let data: DataSet | undefined;
let exploration: Exploration | undefined;
let stop: AbortController | undefined;
let last: Finished | undefined;
const shelf = new Shelf();

async function openGpu(): Promise<Device> {
  const opened = await openDevice(navigator.gpu);
  device = opened;
  void opened.lost.then(() => {
    if (device === opened) device = undefined; // the next training opens another
  });
  return opened;
}

async function showDevice(): Promise<void> {
  const missing = (what: 'absent' | 'noAdapter' | 'failed', detail: string) =>
    send({ kind: 'device', device: { status: 'missing', missing: what, detail } });
  if (!('gpu' in navigator)) {
    missing('absent', '');
    return;
  }
  try {
    const opened = await openGpu();
    const model = opened.scope(() =>
      new Sequential(opened, INPUT_SHAPE, referenceNetwork()).summary(),
    );
    await opened.flush();
    send({ kind: 'device', device: { status: 'ready', adapter: opened.info, model } });
  } catch (error) {
    missing(error instanceof NoAdapter ? 'noAdapter' : 'failed', textOf(error));
  }
}

async function useData(set: DataSet): Promise<void> {
  const found = await explore(set, {
    seed: 0,
    samplesPerClass: 14,
    pause: breathe,
    onProgress: (share) => send({ kind: 'dataWork', doing: 'Looking at the images', share }),
  });
  [data, exploration] = [set, found];
  send({ kind: 'data', look: lookOf(set, found) });
}

async function drawBuiltin(): Promise<void> {
  const set = await builtinDataSet({
    pause: breathe,
    onProgress: (share) => send({ kind: 'dataWork', doing: 'Drawing the garments', share }),
  });
  await useData(set);
}

async function readFiles(files: readonly File[]): Promise<void> {
  const refused: string[] = [];
  for (const [i, file] of files.entries()) {
    send({ kind: 'dataWork', doing: `Reading ${file.name}`, share: i / files.length });
    await breathe();
    try {
      await shelf.put(file);
    } catch (error) {
      refused.push(textOf(error));
    }
  }
  const set = await shelf.take();
  if (set) await useData(set);
  send({ kind: 'shelf', slots: shelf.slots(), refused });
}

async function train(config: RunConfig, command: string): Promise<void> {
  if (!data || !exploration || stop) return;
  const [set, found] = [data, exploration];
  const stopping = new AbortController();
  stop = stopping;
  try {
    const verdict = await runExperiment({
      device: device ?? (await openGpu()),
      data: set,
      config,
      division: divide(set.train, config),
      runtime: { host: hostOf(navigator.userAgent), weft: version, commit: null },
      command,
      notes: [],
      stop: stopping.signal,
      onReady: ({ warmUpMs }) => send({ kind: 'training', warmUpMs }),
      onProgress: (progress) => send({ kind: 'progress', progress }),
      onEpoch: (epoch) => send({ kind: 'epoch', epoch }),
      now: () => performance.now(),
      date: () => new Date(),
    });
    last = finished(verdict, set, found);
    send({ kind: 'verdict', verdict: pageVerdict(last) });
  } finally {
    stop = undefined;
    // All that the run put on the GPU goes with its device; the results are on this side.
    device?.destroy();
    device = undefined;
  }
}

function give(what: ExportName): void {
  if (!last) return;
  send({ kind: 'file', name: what, ...exported(what, last) });
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      send({ kind: 'shelf', slots: shelf.slots(), refused: [] });
      await Promise.all([showDevice(), drawBuiltin()]);
      return;
    case 'files':
      return readFiles(message.files);
    case 'builtin':
      return drawBuiltin();
    case 'train':
      return train(message.config, message.command);
    case 'stop':
      stop?.abort();
      return;
    case 'export':
      give(message.what);
      return;
    default:
      message satisfies never;
  }
}

/** Errors of ours explain themselves; a stranger's also says what it is. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^(DataError|TensorError|NoAdapter|DeviceLost|RangeError)$/.test(error.name)
    ? error.message
    : `${error.name}: ${error.message}`;
}

addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  obey(message).catch((error: unknown) => send({ kind: 'failed', message: textOf(error) }));
});
