// What page and worker say to each other. The engine lives in the worker; the page sees plain values.
import type { Calibration } from '../../nn/index.ts';
import type { Adapter } from '../../tensor/index.ts';
import type { AlbumEntry, AlbumQuery } from '../album.ts';
import type { BuiltinName } from '../data/builtin.ts';
import type { Change, Changes } from '../changes.ts';
import type { ImageShape } from '../data/dataset.ts';
import type { Dropped } from './dropped.ts';
import type { Exploration } from '../data/eda.ts';
import type { RunConfig, RunRecord } from '../record.ts';
import type { Missing } from './advice.ts';
import type { Answer, Question } from './inside/questions.ts';
import type { Confusion, KeptMark, Run, RunEvent } from './runState.ts';
import type { SplitCounts } from '../settings/read.ts';

export type ToWorker =
  | { readonly kind: 'open' }
  /** Data of any form, or some of the four files of Fashion-MNIST; `way` is how pictures become images, see `readWay`. */
  | { readonly kind: 'files'; readonly files: readonly Dropped[]; readonly way: string }
  | { readonly kind: 'builtin'; readonly name: BuiltinName }
  | { readonly kind: 'train'; readonly config: RunConfig }
  | Lever
  | { readonly kind: 'export'; readonly what: ExportName }
  /** Bytes of one image that the network is to name. */
  | { readonly kind: 'classify'; readonly pixels: Uint8Array }
  /** Weights of the configuration's network, from a safetensors file. */
  | {
      readonly kind: 'weights';
      readonly file: File;
      readonly config: RunConfig;
    }
  /** A run that ended earlier and is kept whole: to be shown again, taken out, put back after that. */
  | { readonly kind: 'openRun'; readonly id: string }
  | { readonly kind: 'removeRun'; readonly id: string }
  | { readonly kind: 'putBackRun'; readonly id: string }
  /** The next images of an album, from a position on. */
  | {
      readonly kind: 'album';
      readonly id: number;
      readonly query: AlbumQuery;
      readonly from: number;
    }
  /** About the inside of the network; a newer question of its kind takes the place of one that waits. */
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question };

/** What a person does to a run, and to the one that is kept. */
export type Lever =
  | { readonly kind: 'pause' }
  | { readonly kind: 'step' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'stop' }
  /** The learning rate becomes that of the schedule times `factor`. */
  | { readonly kind: 'changeRate'; readonly factor: number }
  /** The page is shown or hidden, perhaps for the last time. */
  | { readonly kind: 'visible'; readonly isVisible: boolean }
  /** To go on with the run that is kept, at once with another learning rate if a factor is given. */
  | { readonly kind: 'resume'; readonly factor?: number }
  | { readonly kind: 'forget' }
  | { readonly kind: 'giveCheckpoint' }
  | { readonly kind: 'takeCheckpoint'; readonly file: File };

export type FromWorker =
  | { readonly kind: 'device'; readonly device: DeviceState }
  | { readonly kind: 'dataWork'; readonly doing: string; readonly share: number }
  | { readonly kind: 'data'; readonly look: DataLook }
  | { readonly kind: 'shelf'; readonly slots: readonly Slot[]; readonly refused: readonly string[] }
  | RunEvent
  | {
      readonly kind: 'offer';
      readonly offer: Offer | undefined;
      readonly refused: string | undefined;
    }
  | { readonly kind: 'elsewhere'; readonly isElsewhere: boolean }
  /** With the run that led to it; without one where nobody trained: weights from a file. */
  | { readonly kind: 'verdict'; readonly verdict: PageVerdict; readonly run: Run | undefined }
  /** The runs that are kept whole, and why the last thing asked of them could not be done. */
  | {
      readonly kind: 'wholeRuns';
      readonly ids: readonly string[];
      readonly refused: string | undefined;
    }
  /** Something failed that no run tells of: what, and why. */
  | Trouble
  /** What is the matter with the browser's storage; '' when nothing is. */
  | { readonly kind: 'storage'; readonly says: string }
  | { readonly kind: 'album'; readonly id: number; readonly part: AlbumPart }
  /** To 'classify': by class, or nothing where no network is there yet. */
  | { readonly kind: 'named'; readonly probabilities: readonly number[] | undefined }
  | { readonly kind: 'weights'; readonly weights: WeightsState }
  /** Without an answer: a newer question took its place. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer | undefined }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly type: string;
      readonly bytes: BlobPart;
    };

/** What an epoch changed in the answers to the validation images, with the pixels of some. */
export interface ChangesLook extends Pick<Changes, 'counts'> {
  readonly epoch: number;
  readonly images: readonly (Change & { readonly pixels: Uint8Array })[];
}

export type ExportName =
  | 'report.html'
  | 'run.json'
  | 'metrics.csv'
  | 'model.safetensors'
  | 'model.onnx'
  | 'pytorch.zip'
  | 'model_keras.py';

/** How the reading of a file of weights stands; what was there stays unless they are taken. */
export interface WeightsState {
  readonly status: 'reading' | 'taken' | 'refused';
  /** The file, or why it was refused. */
  readonly text: string;
}

/** A run that is kept and can be gone on with. */
export interface Offer extends KeptMark {
  readonly config: RunConfig;
  readonly counts: SplitCounts;
  /** The data set it learns from, and whether that can be had without asking. */
  readonly title: string;
  readonly dataIsHere: boolean;
  readonly adapter: string;
  /** It is in memory alone: storing it failed. */
  readonly isStored: boolean;
}

export type DeviceState =
  | { readonly status: 'opening' }
  | { readonly status: 'ready'; readonly adapter: Adapter }
  | { readonly status: 'missing'; readonly missing: Missing; readonly detail: string };

/** A data set as the page shows it. */
export interface DataLook {
  /** Short, as the terminal's option takes it. */
  readonly name: string;
  /** What a person should know of it. */
  readonly notes: readonly string[];
  readonly title: string;
  readonly builtin: boolean;
  readonly source: string;
  readonly checksum: string;
  readonly exploration: Exploration;
  /** By class: some training images. */
  readonly samples: readonly (readonly Sample[])[];
}

/** An image that can be shown: one of the data set, or one that the person made (its bytes). */
export type ImageRef =
  | { readonly split: 'train' | 'test'; readonly index: number }
  | { readonly split: 'own'; readonly pixels: Uint8Array };

export type { AlbumQuery, Confusion };

interface AlbumPart {
  /** Images that the query finds, most of them not sent yet. */
  readonly total: number;
  readonly from: number;
  readonly shape: ImageShape;
  readonly images: readonly AlbumImage[];
}

export interface AlbumImage extends AlbumEntry {
  readonly ref: ImageRef;
  readonly pixels: Uint8Array;
  /** Of the training image that it is nearly equal to. */
  readonly twinPixels?: Uint8Array;
}

export interface Sample {
  /** Position among the training images. */
  readonly index: number;
  readonly pixels: Uint8Array;
}

/** One of the four files, and whether it has been read. */
export interface Slot {
  readonly name: string;
  readonly holds: string;
  readonly url: string;
  readonly here: boolean;
}

export interface Trouble {
  readonly kind: 'trouble';
  /** As a sentence without its stop: 'Drawing the garments failed'. */
  readonly what: string;
  readonly why: string;
}

export interface PageVerdict {
  readonly record: RunRecord;
  readonly counts: SplitCounts;
  /** Some errors, the most confident first; `errors` counts them all. */
  readonly gallery: readonly Mistake[];
  readonly errors: number;
  readonly calibration: Calibration;
  /** Beside the accuracy, by name. */
  readonly figures: readonly (readonly [name: string, share: number])[];
  /** Classes most often taken for each other, the most errors first. */
  readonly pairs: readonly PairLook[];
  readonly discussion: readonly Topic[];
}

/** Two classes that are taken for each other. */
export interface PairLook {
  readonly between: readonly [number, number];
  /** Errors in both directions. */
  readonly count: number;
  /** The surest of them. */
  readonly images: readonly Mistake[];
}

/** A test image that was taken for something else. */
export interface Mistake {
  readonly index: number;
  readonly label: number;
  readonly pixels: Uint8Array;
  /** The most probable classes, in order. */
  readonly answers: readonly { readonly label: number; readonly probability: number }[];
  readonly probabilityOfTruth: number;
}

/** The paragraphs of the discussion under one heading. */
export interface Topic {
  readonly heading: string;
  readonly paragraphs: readonly {
    readonly text: string;
    /** Options of the training command that try what is said. */
    readonly options?: Readonly<Record<string, string | number | true>>;
  }[];
}
