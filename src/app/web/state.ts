// What the page knows, and how each message of the worker changes it. Pure, so that it can be tested.
import type { ImageShape } from '../data/dataset.ts';
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
  Trouble,
  WeightsState,
} from './protocol.ts';
import { type Run, freshRun, reduceRun } from './runState.ts';
import type { SplitCounts } from '../settings/read.ts';

export { type Run, isRunning } from './runState.ts';

export interface State {
  readonly device: DeviceState;
  readonly data: DataLook | undefined;
  /** A data set is being drawn or read. */
  readonly dataWork: { readonly doing: string; readonly share: number } | undefined;
  readonly shelf: { readonly slots: readonly Slot[]; readonly refused: readonly string[] };
  /** Under way here or in another tab that is looked at from here, or the last one that was shown. */
  readonly run: Run | undefined;
  /** A run that can be gone on with. */
  readonly offer: Offer | undefined;
  /** Why a kept run or a file of one will not do. */
  readonly offerRefused: string | undefined;
  /** Another tab trains; this one only looks on. */
  readonly isElsewhere: boolean;
  /** Of the last run that came to its end; a new run does not take it away before it has its own. */
  readonly verdict: PageVerdict | undefined;
  /** The run that led to the verdict: the same as `run` or, while another goes on or after it failed, not. */
  readonly judged: Run | undefined;
  /** The runs that are kept whole and can be shown again, and why the last one asked for could not be. */
  readonly whole: {
    readonly ids: ReadonlySet<string>;
    readonly refused: string | undefined;
  };
  readonly album: Album | undefined;
  /** What the network said to the person's own image, by class. */
  readonly named: { readonly probabilities: readonly number[] | undefined } | undefined;
  readonly weights: WeightsState | undefined;
  /** What failed outside a run, until the person has read it. */
  readonly trouble: Trouble | undefined;
  /** The worker: on its way, longer than it should take, at work, or gone for good. */
  readonly worker: 'awaited' | 'late' | 'here' | 'gone';
  /** What is the matter with the browser's storage; '' when nothing is. */
  readonly storage: string;
}

/** The images that a figure speaks of, as far as they have come. */
export interface Album {
  readonly id: number;
  readonly query: AlbumQuery;
  /** Absent until the worker has answered. */
  readonly total: number | undefined;
  readonly shape?: ImageShape;
  readonly images: readonly AlbumImage[];
}

export type Event =
  | FromWorker
  | { readonly kind: 'start'; readonly config: RunConfig; readonly counts: SplitCounts }
  | { readonly kind: 'openAlbum'; readonly id: number; readonly query: AlbumQuery }
  | { readonly kind: 'closeAlbum' }
  /** The worker said its first word. */
  | { readonly kind: 'here' }
  /** It has not in a time that is long for it. */
  | { readonly kind: 'late' }
  /** It could not be started. */
  | { readonly kind: 'gone'; readonly why: string }
  | { readonly kind: 'troubleRead' };

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
  judged: undefined,
  whole: { ids: new Set(), refused: undefined },
  album: undefined,
  named: undefined,
  weights: undefined,
  trouble: undefined,
  worker: 'awaited',
  storage: '',
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
    case 'rateChanged':
    case 'progress':
    case 'epoch':
    case 'kept':
    case 'notKept':
    case 'recovering':
    case 'ended':
    case 'failed':
      return run ? { ...state, run: reduceRun(run, event) } : state;
    case 'verdict':
      // All that is shown of a run comes and goes with its verdict.
      return {
        ...state,
        verdict: event.verdict,
        judged: event.run,
        run: state.isElsewhere ? run : event.run,
        ...(event.run && { weights: undefined }),
      };
    case 'wholeRuns':
      return { ...state, whole: { ids: new Set(event.ids), refused: event.refused } };
    case 'trouble':
      // Without the worker all else follows from that.
      if (state.worker === 'gone') return state;
      return { ...state, trouble: event, dataWork: undefined };
    case 'troubleRead':
      return { ...state, trouble: undefined };
    case 'storage':
      return { ...state, storage: event.says };
    case 'here':
      return { ...state, worker: 'here' };
    case 'late':
      return state.worker === 'awaited' ? { ...state, worker: 'late' } : state;
    case 'gone': {
      const what = 'The part of the page that holds the data and the training could not be started';
      return {
        ...state,
        worker: 'gone',
        dataWork: undefined,
        trouble: { kind: 'trouble', what, why: event.why },
      };
    }
    case 'named':
      return { ...state, named: event };
    case 'weights':
      return { ...state, weights: event.weights };
    case 'offer':
      return { ...state, offer: event.offer, offerRefused: event.refused };
    case 'elsewhere':
      // What was seen of the other tab's run is not this one's.
      return {
        ...state,
        isElsewhere: event.isElsewhere,
        run: event.isElsewhere ? undefined : state.judged,
      };
    case 'openAlbum': {
      const { id, query } = event;
      return { ...state, album: { id, query, total: undefined, images: [] } };
    }
    case 'closeAlbum':
      return { ...state, album: undefined };
    case 'album': {
      const { album } = state;
      const { total, from, shape, images } = event.part;
      // What was asked for before the album closed, or asked twice, is passed over.
      if (album?.id !== event.id || album.images.length !== from) return state;
      return { ...state, album: { ...album, total, shape, images: [...album.images, ...images] } };
    }
    case 'answer':
    case 'file':
      return state;
    default:
      return event satisfies never;
  }
}
