// The page's end of the wire to the worker, as a hook.
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { DEPLOYMENT } from './deployment.ts';
import type { Answer, Question } from './inside/questions.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { type Event, reduce, START, type State } from './state.ts';

export interface Client {
  readonly state: State;
  readonly send: (message: ToWorker) => void;
  readonly tell: (event: Event) => void;
  /** Asks about the inside of the network; no answer when a newer question took this one's place. */
  readonly ask: Ask;
}

export type Ask = (question: Question) => Promise<Answer | undefined>;

/** A worker says its first word at once; after this time something holds its program up, and that is said. */
const FIRST_WORD_MS = 15_000;

export function useWorker(): Client {
  const [state, tell] = useReducer(reduce, START);
  const wire = useRef<Wire>();
  wire.current ??= new Wire(tell);
  const { send, ask } = wire.current;
  useEffect(() => wire.current?.open(), []);
  return { state, send, tell, ask };
}

/** The worker, the questions that it has not answered, and what becomes of both when it fails. */
class Wire {
  readonly #tell: (event: Event) => void;
  readonly #asked = new Map<number, (answer: Answer | undefined) => void>();
  #worker: Worker | undefined;
  /** Why it is not there; undefined while it may be. */
  #gone: string | undefined;
  #hasSpoken = false;
  #questions = 0;

  constructor(tell: (event: Event) => void) {
    this.#tell = tell;
  }

  open(): () => void {
    const late = setTimeout(() => this.#tell({ kind: 'late' }), FIRST_WORD_MS);
    try {
      const made = new Worker(new URL('./worker/worker.ts', import.meta.url), {
        type: 'module',
        name: DEPLOYMENT,
      });
      this.#worker = made;
      made.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
        if (!this.#hasSpoken) this.#tell({ kind: 'here' });
        this.#hasSpoken = true;
        clearTimeout(late);
        this.#hear(data);
      });
      made.addEventListener('messageerror', () => this.#garbled());
      made.addEventListener('error', (event) => {
        event.preventDefault(); // it is told here, and not once more as the page's own
        clearTimeout(late);
        this.#fail(event.message);
      });
      made.postMessage({ kind: 'open' } satisfies ToWorker);
    } catch (error) {
      clearTimeout(late);
      this.#fail(String(error));
    }
    return () => {
      clearTimeout(late);
      this.#worker?.terminate();
    };
  }

  readonly send = (message: ToWorker): void => {
    if (KEEPS.has(message.kind)) askToKeep();
    this.#worker?.postMessage(message);
  };

  readonly ask: Ask = (question) =>
    new Promise((resolve) => {
      if (this.#gone !== undefined) {
        resolve({ about: 'nothing', why: this.#gone, soon: false });
        return;
      }
      const id = ++this.#questions;
      this.#asked.set(id, resolve);
      this.send({ kind: 'ask', id, question });
    });

  #hear(data: FromWorker): void {
    if (data.kind === 'file') save(data.name, new Blob([data.bytes], { type: data.type }));
    else if (data.kind === 'answer') {
      this.#asked.get(data.id)?.(data.answer);
      this.#asked.delete(data.id);
    } else this.#tell(data);
  }

  /** It threw where nobody catches: before its first word it does not run at all, later it may go on. */
  #fail(message: string | undefined): void {
    const why = message || 'the browser gives no reason';
    if (this.#hasSpoken) {
      this.#tell({ kind: 'trouble', what: 'The page’s worker failed', why });
      return;
    }
    this.#gone = 'The page’s worker could not be started; reload the page.';
    for (const answer of this.#asked.values())
      answer({ about: 'nothing', why: this.#gone, soon: false });
    this.#asked.clear();
    this.#tell({ kind: 'gone', why });
  }

  #garbled(): void {
    const why = 'a message of the worker could not be read';
    this.#tell({ kind: 'trouble', what: 'A part of what the worker said is lost', why });
  }
}

/** What leads to something that is worth keeping. */
const KEEPS: ReadonlySet<ToWorker['kind']> = new Set([
  'train',
  'resume',
  'files',
  'takeCheckpoint',
]);

let isAsked = false;

/** Asks the browser, once, not to clear what is kept here when it needs room. Some ask the person about it. */
function askToKeep(): void {
  if (isAsked) return;
  isAsked = true;
  const { storage } = navigator as Partial<Navigator>; // absent on a page that is not secure
  void storage?.persist?.().catch(() => {});
}

export function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
