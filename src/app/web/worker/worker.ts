// The worker: holds the engine, the data and the training, so that the page never waits for them.
// It is driven by the GPU's promises, not by frames, and goes on in a hidden tab.
import type { ExportName, ToWorker } from '../protocol.ts';
import { showAlbum } from './album.ts';
import { drawBuiltin, openData, readFiles, showShelf } from './data.ts';
import { showDevice } from './gpu.ts';
import { classify } from './classify.ts';
import { held, send, textOf } from './held.ts';
import { ask } from './inside.ts';
import { exported } from './judgement.ts';
import { readWeights } from './weights.ts';
import { forgetRun, giveCheckpoint, showOffer, takeCheckpoint } from './kept.ts';
import { openRun, putBackRun, removeRun, showLastRun, showWholeRuns } from './finishedRuns.ts';
import { get, onWaiting, StorageError } from './store.ts';
import { watchIfBusy } from './tabs.ts';
import { resume, setVisible, tell, train } from './training.ts';

async function give(what: ExportName): Promise<void> {
  if (held.last) send({ kind: 'file', name: what, ...(await exported(what, held.last)) });
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      showShelf();
      return openAll();
    case 'files':
      return readFiles(message.files, message.way);
    case 'builtin':
      return drawBuiltin(message.name);
    case 'train':
      return train(message.config);
    case 'pause':
      held.control?.pause();
      return;
    case 'classify':
      return classify(message.pixels);
    case 'weights':
      return readWeights(message);
    case 'step':
      held.control?.step();
      return;
    case 'continue':
      held.control?.continue();
      return;
    case 'stop':
      if (!held.control) return;
      held.control.stop();
      tell({ kind: 'stopping' });
      return;
    case 'changeRate':
      held.control?.changeRate(message.factor);
      return;
    case 'visible':
      setVisible(message.isVisible);
      return;
    case 'resume':
      return resume(message.factor);
    case 'forget':
      await forgetRun();
      return showOffer();
    case 'giveCheckpoint':
      return giveCheckpoint();
    case 'takeCheckpoint':
      return takeCheckpoint(message.file);
    case 'openRun':
      return openRun(message.id);
    case 'removeRun':
      return removeRun(message.id);
    case 'putBackRun':
      return putBackRun(message.id);
    case 'album':
      showAlbum(message);
      return;
    case 'export':
      return give(message.what);
    case 'ask':
      return ask(message.id, message.question);
    default:
      message satisfies never;
  }
}

/** What fails alone leaves the rest: the data can be looked at where the storage or the GPU is in trouble. */
async function openAll(): Promise<void> {
  const alone = (what: string, work: Promise<void>) =>
    work.catch((error: unknown) => tellTrouble(what, error));
  void alone('Looking for a training in another tab', watchIfBusy());
  const [isStorageThere] = await Promise.all([
    storageIsThere(),
    alone('Opening WebGPU', showDevice()),
    alone('Opening the data', openData()),
  ]);
  if (isStorageThere) {
    await alone('Reading the runs that are kept', showWholeRuns());
    await alone('Showing the last run', showLastRun());
  }
  await alone('Reading the run that is kept', showOffer());
}

/** Without storage all works the same, but nothing outlives the page; what a newer version keeps stays untouched. */
async function storageIsThere(): Promise<boolean> {
  try {
    await get('');
    return true;
  } catch (error) {
    if (error instanceof StorageError)
      send({
        kind: 'storage',
        says: `Nothing that was kept here is shown, and nothing new is kept: ${error.message}. Close the other tabs of this page and reload it; that brings the newer version.`,
      });
    return false;
  }
}

onWaiting((isWaiting) => {
  const says = isWaiting
    ? 'This browser’s storage is held by another tab of this page, and this one waits for it. Close the other tabs, and it goes on by itself.'
    : '';
  send({ kind: 'storage', says });
});

/** Begins the sentence about a message that could not be obeyed. */
const DOING: Readonly<Record<ToWorker['kind'], string>> = {
  open: 'Opening the page',
  files: 'Reading the files',
  builtin: 'Drawing the images',
  train: 'Starting the training',
  pause: 'Pausing',
  step: 'The single step',
  continue: 'Going on',
  stop: 'Stopping',
  changeRate: 'Changing the learning rate',
  visible: 'Keeping the run of a hidden page',
  resume: 'Going on with the kept run',
  forget: 'Discarding the kept run',
  giveCheckpoint: 'Giving the checkpoint',
  takeCheckpoint: 'Taking the checkpoint',
  openRun: 'Showing the run',
  removeRun: 'Taking the run out',
  putBackRun: 'Putting the run back',
  album: 'Finding the images',
  export: 'Writing the file',
  classify: 'Naming the image',
  weights: 'Reading the weights',
  ask: 'Looking inside',
};

function tellTrouble(what: string, error: unknown): void {
  send({ kind: 'trouble', what: `${what} failed`, why: textOf(error) });
}

addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  obey(message).catch((error: unknown) => tellTrouble(DOING[message.kind], error));
});
addEventListener('messageerror', () => tellTrouble('Reading what the page asks', 'it is garbled'));
// What nobody awaits fails here and not silently.
addEventListener('error', (event) => {
  event.preventDefault();
  tellTrouble('Something in the page’s worker', event.error ?? event.message);
});
addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  tellTrouble('Something in the page’s worker', event.reason);
});
