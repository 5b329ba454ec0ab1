// One run at a time in all tabs of the page: a lock says who trains, a channel lets the others look on.
import type { RunEvent } from '../runState.ts';
import { held, send } from './held.ts';
import { showOffer } from './kept.ts';

const NAME = 'weft run';
const channel = new BroadcastChannel(NAME);
let isWatching = false;
/** The lock is held here. */
let isMine = false;

/** From a tab that looks on: how does the run stand? */
interface Hello {
  readonly kind: 'hello';
}

channel.addEventListener('message', ({ data }: MessageEvent<RunEvent | Hello>) => {
  if (data.kind === 'hello') {
    if (held.run && held.control) tellTabs({ kind: 'run', run: held.run });
    return;
  }
  if (data.kind === 'run') void watch();
  if (isWatching) send(data);
});

export function tellTabs(event: RunEvent): void {
  channel.postMessage(event);
}

/** Does the work unless another tab is at it; false when one is. */
export function alone(work: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (!lock) return isMine; // asked twice in this tab: it is being done
    isMine = true;
    try {
      await work();
    } finally {
      isMine = false;
    }
    return true;
  });
}

/** When a run is under way in another tab, looks on until it ends or that tab is gone. */
export async function watchIfBusy(): Promise<void> {
  const { held: locks = [] } = await navigator.locks.query();
  if (locks.some(({ name }) => name === NAME)) await watch();
}

async function watch(): Promise<void> {
  if (isWatching || isMine) return;
  isWatching = true;
  send({ kind: 'elsewhere', isElsewhere: true });
  channel.postMessage({ kind: 'hello' } satisfies Hello);
  await navigator.locks.request(NAME, () => {});
  isWatching = false;
  send({ kind: 'elsewhere', isElsewhere: false });
  await showOffer();
}
