// What the network of the moment, still learning or not, says to an image that a person made.
import { scalePixels } from '../../data/prepare.ts';
import { send } from './held.ts';
import { presentNetwork } from './network.ts';

export async function classify(pixels: Uint8Array): Promise<void> {
  try {
    const network = await presentNetwork();
    if (!network) {
      send({ kind: 'named', probabilities: undefined });
      return;
    }
    const x = network.device.tensor(scalePixels(pixels), [1, ...network.inputShape]);
    const probabilities = [...((await network.predict(x).data()) as Float32Array)];
    send({ kind: 'named', probabilities });
  } catch {
    // Its device went away meanwhile; a run that is under way says so itself.
    send({ kind: 'named', probabilities: undefined });
  }
}
