// The worker's device: opened when first needed, shown to the page, opened anew after it is gone.
import { type Device, NoAdapter, openDevice } from '../../../tensor/index.ts';
import { held, send, textOf } from './held.ts';

export async function openGpu(): Promise<Device> {
  const opened = await openDevice(navigator.gpu);
  held.device = opened;
  void opened.lost.then(() => {
    if (held.device === opened) held.device = undefined; // the next user opens another
    if (held.network?.device === opened) held.network = undefined;
  });
  return opened;
}

export async function showDevice(): Promise<void> {
  const missing = (what: 'absent' | 'noAdapter' | 'failed', detail: string) =>
    send({ kind: 'device', device: { status: 'missing', missing: what, detail } });
  if (!('gpu' in navigator)) {
    missing('absent', '');
    return;
  }
  try {
    const opened = await openGpu();
    send({ kind: 'device', device: { status: 'ready', adapter: opened.info } });
  } catch (error) {
    missing(error instanceof NoAdapter ? 'noAdapter' : 'failed', textOf(error));
  }
}

/** What tensors and the pool hold on the GPU now. */
export function gpuBytes(): number {
  const { liveBytes = 0, pooledBytes = 0 } = held.device?.meter ?? {};
  return liveBytes + pooledBytes;
}
