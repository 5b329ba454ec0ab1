// What each kind of layer is called and what it does, for every place that says so: editor, checks, look inside, report.

interface KindText {
  readonly title: string;
  readonly does: string;
}

/** By the engine's kind; and of what is written and is no layer of the engine. */
const KINDS: Readonly<Record<string, KindText>> = {
  conv2d: {
    title: 'convolution',
    does: 'Each map is one filter laid over every place of the maps before: the products are summed, with a bias where it has one.',
  },
  dense: {
    title: 'dense',
    does: 'Each value weighs all values before it, and adds a bias where it has one.',
  },
  relu: { title: 'ReLU', does: 'What is negative becomes zero; the rest passes.' },
  leakyRelu: { title: 'leaky ReLU', does: 'What is negative becomes small; the rest passes.' },
  gelu: { title: 'GELU', does: 'What is negative fades to zero; the rest passes.' },
  sigmoid: { title: 'sigmoid', does: 'Every value is bent into 0 to 1.' },
  tanh: { title: 'tanh', does: 'Every value is bent into −1 to 1.' },
  softmax: {
    title: 'softmax',
    does: 'The logits become shares that sum to 1: these are the probabilities.',
  },
  maxPool2d: {
    title: 'max pooling',
    does: 'The largest value of each window stays: the map shrinks, a small shift is forgiven.',
  },
  avgPool2d: {
    title: 'mean pooling',
    does: 'The mean of each window stays: the map shrinks.',
  },
  globalAvgPool2d: { title: 'global mean', does: 'The mean of each whole map stays.' },
  globalMaxPool2d: {
    title: 'global maximum',
    does: 'The largest value of each whole map stays: where it was does not count.',
  },
  flatten: {
    title: 'flatten',
    does: 'The maps are put in a row, place by place. Nothing is computed.',
  },
  dropout: {
    title: 'dropout',
    does: 'Only while training some values are set to zero; otherwise everything passes.',
  },
  batchNorm: {
    title: 'batch normalization',
    does: 'Each map is shifted and scaled to mean 0 and variance 1, then by a weight and a bias that are learned. A training takes mean and variance of the batch; afterwards their running means serve.',
  },
  layerNorm: {
    title: 'layer normalization',
    does: 'At each place the values of all maps are shifted and scaled to mean 0 and variance 1, then each map by a weight and a bias that are learned.',
  },
  groupNorm: {
    title: 'group normalization',
    does: 'The maps of an image stand in groups; each group is shifted and scaled to mean 0 and variance 1, then each map by a weight and a bias that are learned.',
  },
  residual: {
    title: 'residual block',
    does: 'What the layers inside make is added to what came in, or to what a shortcut made of it: the layers learn a change, and the gradient finds a way around them.',
  },
  activation: { title: 'activation', does: 'Each value is bent by itself.' },
  repetition: {
    title: 'repetition',
    does: 'The layers inside, one round after the other, each with weights of its own.',
  },
};

/** What a kind is called; one from outside has only its name. */
export const kindTitle = (kind: string): string =>
  Object.hasOwn(KINDS, kind) ? (KINDS[kind] as KindText).title : kind;

/** The same at the beginning of a line. */
export const kindHeading = (kind: string): string => {
  const title = kindTitle(kind);
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
};

/** What a kind does, in a sentence; undefined for one from outside. */
export const kindSentence = (kind: string): string | undefined =>
  Object.hasOwn(KINDS, kind) ? (KINDS[kind] as KindText).does : undefined;
