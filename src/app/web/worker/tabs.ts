// One run at a time in all tabs of the page: a lock says who trains, a channel lets the others look on.
import { nameHere } from '../deployment.ts';
import type { RunEvent } from '../runState.ts';
import { showWholeRuns } from './finishedRuns.ts';
import { held, send } from './held.ts';
import { showOffer } from './kept.ts';

const NAME = nameHere('run');
const channel = new BroadcastChannel(NAME);
/** Absent on a page that is not secure: there is no WebGPU there either, so no tab can train. */
const locks = (navigator as Partial<Navigator>).locks;
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
export async function alone(work: () => Promise<void>): Promise<boolean> {
  if (isMine) return true; // asked twice in this tab: it is being done
  if (!locks) return worked(work);
  return locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? worked(work) : isMine));
}

async function worked(work: () => Promise<void>): Promise<true> {
  isMine = true;
  try {
    await work();
  } finally {
    isMine = false;
  }
  return true;
}

/** When a run is under way in another tab, looks on until it ends or that tab is gone. */
export async function watchIfBusy(): Promise<void> {
  const { held: taken = [] } = (await locks?.query()) ?? {};
  if (taken.some(({ name }) => name === NAME)) await watch();
}

async function watch(): Promise<void> {
  if (isWatching || isMine || !locks) return;
  isWatching = true;
  send({ kind: 'elsewhere', isElsewhere: true });
  channel.postMessage({ kind: 'hello' } satisfies Hello);
  await locks.request(NAME, () => {});
  isWatching = false;
  send({ kind: 'elsewhere', isElsewhere: false });
  await showWholeRuns(); // the run that ended there may be kept
  await showOffer();
}
