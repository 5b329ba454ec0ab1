// Where a new layer goes, and how it begins there.
import { type Draft, LAYERS, type LayerName, isLearning, newLayer, typeOf } from './draft.ts';
import { readLayers } from './text.ts';

/** Layers with a new one among them, and its place. */
export interface Added {
  readonly layers: readonly Draft[];
  readonly at: number;
}

/**
 * Puts in a layer where it makes sense: what takes an image before what makes a row of it, a normalization between a
 * layer and its activation. A residual block begins with two convolutions of as many filters as come in.
 * @param channelsAt the channels that come in at a place, where they are known
 */
export function withNew(
  kind: LayerName,
  layers: readonly Draft[],
  channelsAt: (at: number) => number | undefined,
): Added {
  const at = placeFor(kind, layers);
  const before = layers[at - 1];
  if (LAYERS[kind].isNorm && before && isLearning(before)) {
    const { activation } = before;
    const bare = { ...before, activation: 'linear', bias: 'nobias' };
    const then = activation === 'linear' ? [] : [{ ...newLayer('act'), activation }];
    return { layers: layers.toSpliced(at - 1, 1, bare, newLayer(kind), ...then), at };
  }
  const channels = channelsAt(at);
  const begun = kind === 'res' && channels !== undefined ? blockOf(channels) : newLayer(kind);
  return { layers: layers.toSpliced(at, 0, begun), at };
}

function blockOf(channels: number): Draft {
  const conv = `conv${channels}_same-bn`;
  return { ...newLayer('res'), body: readLayers(`${conv}-relu-${conv}`) };
}

function placeFor(kind: LayerName, layers: readonly Draft[]): number {
  const { takes, makes } = LAYERS[kind];
  if (takes === 'vector' || kind === 'drop') return layers.length;
  const at = layers.map(typeOf).findIndex((type) =>
    // What makes a vector of an image goes behind others that do; all else before them.
    makes === 'vector' ? type?.takes === 'vector' : type?.makes === 'vector',
  );
  return at < 0 ? layers.length : at;
}
