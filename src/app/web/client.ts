// The page's end of the wire to the worker, as a hook.
import { useEffect, useReducer, useRef } from 'preact/hooks';
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

export function useWorker(): Client {
  const [state, tell] = useReducer(reduce, START);
  const worker = useRef<Worker>();
  const asked = useRef(new Map<number, (answer: Answer | undefined) => void>());
  useEffect(() => {
    const made = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' });
    worker.current = made;
    made.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'file') save(data.name, new Blob([data.bytes], { type: data.type }));
      else if (data.kind === 'answer') asked.current.get(data.id)?.(data.answer);
      else tell(data);
    });
    made.addEventListener('error', (event) => {
      tell({ kind: 'failed', message: event.message || 'the worker could not be started' });
    });
    made.postMessage({ kind: 'open' } satisfies ToWorker);
    return () => made.terminate();
  }, []);
  const send = useRef((message: ToWorker) => worker.current?.postMessage(message));
  const ask = useRef<Ask>(
    (question) =>
      new Promise((resolve) => {
        const id = ++questions;
        asked.current.set(id, (answer) => {
          asked.current.delete(id);
          resolve(answer);
        });
        send.current({ kind: 'ask', id, question });
      }),
  );
  return { state, send: send.current, tell, ask: ask.current };
}

let questions = 0;

export function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
