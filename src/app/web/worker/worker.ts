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
import { watchIfBusy } from './tabs.ts';
import { resume, setVisible, tell, train } from './training.ts';

function give(what: ExportName): void {
  if (held.last) send({ kind: 'file', name: what, ...exported(what, held.last) });
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'open':
      showShelf();
      await Promise.all([showDevice(), openData(), watchIfBusy()]);
      await showOffer();
      return;
    case 'files':
      return readFiles(message.files);
    case 'builtin':
      return drawBuiltin();
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
    case 'turn':
      held.control?.turn(message.factor);
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
    case 'album':
      showAlbum(message);
      return;
    case 'export':
      give(message.what);
      return;
    case 'ask':
      return ask(message.id, message.question);
    default:
      message satisfies never;
  }
}

addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
  obey(message).catch((error: unknown) => send({ kind: 'failed', message: textOf(error) }));
});
