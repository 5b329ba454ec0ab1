// What the page knows, and how each message of the worker changes it. Pure, so that it can be tested.
import type { FitProgress } from '../fit.ts';
import type { EpochRecord, RunConfig } from '../record.ts';
import type {
  AlbumImage,
  AlbumQuery,
  ChangesLook,
  Confusion,
  DataLook,
  DeviceState,
  FromWorker,
  PageVerdict,
  Slot,
  WeightsState,
} from './protocol.ts';
import type { SplitCounts } from './settings.ts';

export interface State {
  readonly device: DeviceState;
  readonly data: DataLook | undefined;
  /** A data set is being drawn or read. */
  readonly dataWork: { readonly doing: string; readonly share: number } | undefined;
  readonly shelf: { readonly slots: readonly Slot[]; readonly refused: readonly string[] };
  readonly run: Run | undefined;
  /** Of the last run that came to its end; a new run does not take it away before it has its own. */
  readonly verdict: PageVerdict | undefined;
  readonly album: Album | undefined;
  /** What the network said to the person's own image, by class. */
  readonly named: { readonly probabilities: readonly number[] | undefined } | undefined;
  readonly weights: WeightsState | undefined;
}

/** The images that a figure speaks of, as far as they have come. */
export interface Album {
  readonly id: number;
  readonly query: AlbumQuery;
  /** Absent until the worker has answered. */
  readonly total: number | undefined;
  readonly images: readonly AlbumImage[];
}

export type Phase = 'preparing' | 'training' | 'stopping' | 'judging' | 'done' | 'failed';

export interface Run {
  readonly phase: Phase;
  readonly config: RunConfig;
  readonly counts: SplitCounts;
  readonly progress: FitProgress | undefined;
  readonly points: readonly Point[];
  readonly epochs: readonly EpochRecord[];
  /** Of the validation images, by epoch; none where nothing was held back or the page came later. */
  readonly confusions: ReadonlyMap<number, Confusion>;
  /** By the last epoch, in the answers to the validation images. */
  readonly changes: ChangesLook | undefined;
  readonly gpuBytes: number;
  /** Why it failed. */
  readonly message: string | undefined;
}

/** Means over the batches of one submit. */
export interface Point {
  /** Epochs done, with the fraction of the present one. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

export type Event =
  | FromWorker
  | { readonly kind: 'start'; readonly config: RunConfig; readonly counts: SplitCounts }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'openAlbum'; readonly id: number; readonly query: AlbumQuery }
  | { readonly kind: 'closeAlbum' };

export const START: State = {
  device: { status: 'opening' },
  data: undefined,
  dataWork: { doing: 'Opening', share: 0 },
  shelf: { slots: [], refused: [] },
  run: undefined,
  verdict: undefined,
  album: undefined,
  named: undefined,
  weights: undefined,
};

export const isRunning = (run: Run | undefined): boolean =>
  run !== undefined && run.phase !== 'done' && run.phase !== 'failed';

export function reduce(state: State, event: Event): State {
  const { run } = state;
  const inRun = (change: Partial<Run>): State =>
    run ? { ...state, run: { ...run, ...change } } : state;
  switch (event.kind) {
    case 'device':
      return { ...state, device: event.device };
    case 'dataWork':
      return { ...state, dataWork: event };
    case 'data':
      return { ...state, data: event.look, dataWork: undefined };
    case 'shelf':
      return { ...state, shelf: event, dataWork: undefined };
    case 'start': {
      const { config, counts } = event;
      const fresh = {
        progress: undefined,
        points: [],
        epochs: [],
        confusions: new Map<number, Confusion>(),
        changes: undefined,
        gpuBytes: 0,
        message: undefined,
      };
      return { ...state, run: { phase: 'preparing', config, counts, ...fresh } };
    }
    case 'stopping':
      return isRunning(run) && run?.phase !== 'judging' ? inRun({ phase: 'stopping' }) : state;
    case 'training':
      return run?.phase === 'preparing' ? inRun({ phase: 'training' }) : state;
    case 'progress': {
      const { progress, gpuBytes } = event;
      const points = [...(run?.points ?? []), pointOf(progress, run?.progress)];
      return inRun({ progress, points, gpuBytes });
    }
    case 'epoch': {
      const over = event.epoch.epoch === run?.config.epochs || run?.phase === 'stopping';
      const epochs = [...(run?.epochs ?? []), event.epoch];
      const { confusion, changes } = event;
      const before = run?.confusions ?? new Map<number, Confusion>();
      const confusions = confusion ? new Map(before).set(event.epoch.epoch, confusion) : before;
      return inRun({ epochs, confusions, changes, ...(over && { phase: 'judging' }) });
    }
    case 'verdict':
      return { ...inRun({ phase: 'done' }), verdict: event.verdict };
    case 'named':
      return { ...state, named: event };
    case 'weights':
      return { ...state, weights: event.weights };
    case 'openAlbum': {
      const { id, query } = event;
      return { ...state, album: { id, query, total: undefined, images: [] } };
    }
    case 'closeAlbum':
      return { ...state, album: undefined };
    case 'album': {
      const { album } = state;
      const { total, from, images } = event.part;
      // What was asked for before the album closed, or asked twice, is passed over.
      if (album?.id !== event.id || album.images.length !== from) return state;
      return { ...state, album: { ...album, total, images: [...album.images, ...images] } };
    }
    case 'failed':
      return isRunning(run)
        ? inRun({ phase: 'failed', message: event.message })
        : { ...state, dataWork: undefined };
    case 'answer':
    case 'file':
      return state;
    default:
      return event satisfies never;
  }
}

/** Progress tells means over the epoch so far; a point is what came since the one before. */
function pointOf(now: FitProgress, before: FitProgress | undefined): Point {
  const epoch = now.epoch - 1 + now.share;
  const earlier = before?.epoch === now.epoch ? before : undefined;
  const steps = now.share * now.stepsInEpoch;
  const stepsBefore = earlier ? earlier.share * earlier.stepsInEpoch : 0;
  const since = (value: number, valueBefore: number) =>
    (value * steps - valueBefore * stepsBefore) / (steps - stepsBefore);
  return {
    epoch,
    loss: since(now.loss, earlier?.loss ?? 0),
    accuracy: since(now.accuracy, earlier?.accuracy ?? 0),
  };
}
