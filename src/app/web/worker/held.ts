// What the worker holds between two messages: one device, one data set, one network that can be looked into.
import type { Sequential, TrainStep } from '../../../nn/index.ts';
import type { Device } from '../../../tensor/index.ts';
import type { RunControl } from '../../control.ts';
import type { DataSet } from '../../data/dataset.ts';
import type { Exploration } from '../../data/eda.ts';
import type { FromWorker } from '../protocol.ts';
import type { Run } from '../runState.ts';
import type { Finished } from './judgement.ts';

interface Held {
  device: Device | undefined;
  data: DataSet | undefined;
  exploration: Exploration | undefined;
  /** Of the run under way or, after it, of the last one; it lives on `network.device`. */
  network: Sequential | undefined;
  /** What trains it, or did. */
  step: TrainStep | undefined;
  /** Of the run under way; absent while there is none. */
  control: RunControl | undefined;
  /** The run under way, or the last one, as the page sees it. */
  run: Run | undefined;
  /** The run whose verdict is shown; also while another is under way. */
  last: Finished | undefined;
}

export const held: Held = {
  device: undefined,
  data: undefined,
  exploration: undefined,
  network: undefined,
  step: undefined,
  control: undefined,
  run: undefined,
  last: undefined,
};

export const send = (message: FromWorker): void => {
  postMessage(message);
};

/** Lets other messages in. */
export const breathe = (): Promise<void> => new Promise((done) => setTimeout(done));

/** What the language throws by itself. RangeErrors are ours: the engine's. */
const STRANGERS = new Set<unknown>([Error, TypeError, ReferenceError, SyntaxError, URIError]);

/** Errors of ours explain themselves; a stranger's also says what it is. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isStrange = error instanceof DOMException || STRANGERS.has(error.constructor);
  return isStrange ? `${error.name}: ${error.message}` : error.message;
}
