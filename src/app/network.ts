// A network as a line of text, `conv32-pool-conv64-pool-conv128-dense128-drop0.5`: what the address, the
// command line and run.json hold. network/check.ts says what is wrong with it and what each layer makes.
import { type Draft, isLearning, mapLayers } from './network/draft.ts';
import { PRESETS, REFERENCE, namedNetwork } from './network/presets.ts';
import { readLayers, writeNetwork } from './network/text.ts';
import { readNumber } from './readNumber.ts';

export {
  ACTIVATIONS,
  BIASES,
  type Draft,
  type LayerName,
  LAYERS,
  LAYER_NAMES,
  MOST_LAYERS,
  PADDINGS,
  type SettingName,
  hasKind,
  mapLayers,
  newLayer,
} from './network/draft.ts';
export { PRESETS, REFERENCE } from './network/presets.ts';
export { writeNetwork } from './network/text.ts';

/** The layers of a text, or of the network that it names; see `readLayers`. */
export function readNetwork(text: string): readonly Draft[] {
  const plain = text.trim();
  return readLayers(namedNetwork(plain) ?? plain);
}

/** What a run says of its network: its text, and the name of the one that it is. */
export function networkTitle(text: string | null | undefined): string {
  const network = text ?? REFERENCE;
  const name = Object.entries(PRESETS).find(([, preset]) => preset === network)?.[0];
  if (name === undefined || name === network) return network;
  return `${network} (${name === 'reference' ? 'the reference' : name})`;
}

/** The same network with its filters and units multiplied, in whole numbers from 1. */
export function scaledNetwork(text: string, factor: number): string {
  const scaled = mapLayers(readNetwork(text), (layer) =>
    isLearning(layer)
      ? { ...layer, size: String(Math.max(1, Math.round(readNumber(layer.size) * factor))) }
      : layer,
  );
  return writeNetwork(scaled);
}
