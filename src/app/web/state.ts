// What the page knows, and how each message of the worker changes it. Pure, so that it can be tested.
import type { RunConfig } from '../record.ts';
import type {
  AlbumImage,
  AlbumQuery,
  DataLook,
  DeviceState,
  FromWorker,
  Offer,
  PageVerdict,
  Slot,
  WeightsState,
} from './protocol.ts';
import { type Run, freshRun, isRunning, reduceRun } from './runState.ts';
import type { SplitCounts } from './settings.ts';

export { type Phase, type Point, type Run, isRunning } from './runState.ts';

export interface State {
  readonly device: DeviceState;
  readonly data: DataLook | undefined;
  /** A data set is being drawn or read. */
  readonly dataWork: { readonly doing: string; readonly share: number } | undefined;
  readonly shelf: { readonly slots: readonly Slot[]; readonly refused: readonly string[] };
  /** Of this tab, or of another one that is looked at from here. */
  readonly run: Run | undefined;
  /** A run that can be gone on with. */
  readonly offer: Offer | undefined;
  /** Why a kept run or a file of one will not do. */
  readonly offerRefused: string | undefined;
  /** Another tab trains; this one only looks on. */
  readonly isElsewhere: boolean;
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

export type Event =
  | FromWorker
  | { readonly kind: 'start'; readonly config: RunConfig; readonly counts: SplitCounts }
  | { readonly kind: 'openAlbum'; readonly id: number; readonly query: AlbumQuery }
  | { readonly kind: 'closeAlbum' };

export const START: State = {
  device: { status: 'opening' },
  data: undefined,
  dataWork: { doing: 'Opening', share: 0 },
  shelf: { slots: [], refused: [] },
  run: undefined,
  offer: undefined,
  offerRefused: undefined,
  isElsewhere: false,
  verdict: undefined,
  album: undefined,
  named: undefined,
  weights: undefined,
};

export function reduce(state: State, event: Event): State {
  const { run } = state;
  switch (event.kind) {
    case 'device':
      return { ...state, device: event.device };
    case 'dataWork':
      return { ...state, dataWork: event };
    case 'data':
      return { ...state, data: event.look, dataWork: undefined };
    case 'shelf':
      return { ...state, shelf: event, dataWork: undefined };
    case 'start':
      return { ...state, run: freshRun(event.config, event.counts) };
    case 'run':
      return { ...state, run: event.run, offerRefused: undefined };
    case 'stopping':
    case 'tuning':
    case 'training':
    case 'paused':
    case 'turned':
    case 'progress':
    case 'epoch':
    case 'kept':
    case 'notKept':
    case 'recovering':
    case 'ended':
      return run ? { ...state, run: reduceRun(run, event) } : state;
    case 'verdict':
      return {
        ...state,
        verdict: event.verdict,
        ...(run && { run: { ...run, phase: 'done' as const } }),
      };
    case 'named':
      return { ...state, named: event };
    case 'weights':
      return { ...state, weights: event.weights };
    case 'offer':
      return { ...state, offer: event.offer, offerRefused: event.refused };
    case 'elsewhere':
      // What was seen of the other tab's run is not this one's.
      return { ...state, isElsewhere: event.isElsewhere, run: undefined };
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
      return run && isRunning(run)
        ? { ...state, run: reduceRun(run, event) }
        : { ...state, dataWork: undefined };
    case 'answer':
    case 'file':
      return state;
    default:
      return event satisfies never;
  }
}
