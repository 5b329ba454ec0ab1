// A network as a line of text, `conv32-pool-conv64-pool-conv128-dense128-drop0.5`: what the address, the
// command line and run.json hold. Read into layers whose settings are text still, so that a wrong one can be
// shown where it stands; network/check.ts says what is wrong and what each layer makes.
import { readNumber } from './readNumber.ts';

export type LayerName = 'conv' | 'pool' | 'avg' | 'gap' | 'dense' | 'drop';

/** One layer as written. Every setting is text; the ones that a layer does not have are as usual. */
export interface Draft {
  /** 'unknown': `rest` is all that was written. */
  readonly kind: LayerName | 'unknown';
  /** Filters, units, the pool's window or dropout's rate. */
  readonly size: string;
  /** Height and width of a filter. */
  readonly kernel: string;
  readonly stride: string;
  readonly padding: string;
  readonly activation: string;
  /** What was written and is no setting. */
  readonly rest: string;
}

export type SettingName = 'size' | 'kernel' | 'stride' | 'padding' | 'activation';

interface LayerType {
  readonly title: string;
  readonly settings: readonly SettingName[];
  /** What its size is called. */
  readonly sizeTitle: string;
  /** Its size in a new layer; where `isImplied`, also that of a layer written without one. */
  readonly usual: string;
  readonly isImplied?: true;
}

export const LAYERS: Readonly<Record<LayerName, LayerType>> = {
  conv: {
    title: 'Convolution',
    settings: ['size', 'kernel', 'stride', 'padding', 'activation'],
    sizeTitle: 'filters',
    usual: '32',
  },
  pool: {
    title: 'Max pooling',
    settings: ['size'],
    sizeTitle: 'window',
    usual: '2',
    isImplied: true,
  },
  avg: {
    title: 'Mean pooling',
    settings: ['size'],
    sizeTitle: 'window',
    usual: '2',
    isImplied: true,
  },
  gap: { title: 'Global mean', settings: [], sizeTitle: '', usual: '', isImplied: true },
  dense: { title: 'Dense', settings: ['size', 'activation'], sizeTitle: 'units', usual: '128' },
  drop: { title: 'Dropout', settings: ['size'], sizeTitle: 'rate', usual: '0.5' },
};

export const PADDINGS = ['valid', 'same'] as const;
export const ACTIVATIONS = ['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid', 'linear'] as const;

/** The text of a network without a hidden layer. */
export const NO_LAYERS = 'linear';

/** The reference network's text; a run without a network of its own has it. */
export const REFERENCE = 'conv32-pool-conv64-pool-conv128-dense128-drop0.5';

export const PRESETS = {
  reference: REFERENCE,
  smaller: 'conv8-pool-conv16-pool-dense32',
  larger: 'conv64-pool-conv128-pool-conv256-dense256-drop0.5',
  deeper:
    'conv32_same-conv32_same-pool-conv64_same-conv64_same-pool-conv128_same-gap-dense128-drop0.5',
  dense: 'dense128',
  linear: NO_LAYERS,
} as const;

const USUAL: Draft = {
  ...{ kind: 'unknown', size: '', kernel: '3', stride: '1' },
  ...{ padding: 'valid', activation: 'relu', rest: '' },
};

/** A layer as it begins. */
export const newLayer = (kind: LayerName): Draft => ({
  ...USUAL,
  kind,
  size: LAYERS[kind].usual,
});

/** More are refused, and read as one, so that no text makes a page of thousands of rows. */
export const MOST_LAYERS = 32;

/**
 * The layers of a text, or of the preset that it names. What is not understood is kept, to be shown; what is beyond
 * the last layer that there may be is kept in one piece.
 */
export function readNetwork(text: string): readonly Draft[] {
  const plain = text.trim();
  const known = Object.entries(PRESETS).find(([name]) => name === plain)?.[1] ?? plain;
  if (known === NO_LAYERS) return [];
  const tokens = known.split('-');
  const read = tokens.slice(0, MOST_LAYERS).map(readLayer);
  const beyond = tokens.slice(MOST_LAYERS).join('-');
  return tokens.length > MOST_LAYERS ? [...read, { ...USUAL, rest: beyond }] : read;
}

/** The other way; `readNetwork` of it gives the same layers again. */
export function writeNetwork(layers: readonly Draft[]): string {
  return layers.length === 0 ? NO_LAYERS : layers.map(writeLayer).join('-');
}

const KIND = /^(conv|pool|avg|gap|dense|dropout|drop)([^_]*)(.*)$/;

function readLayer(token: string): Draft {
  const [, name = '', size = '', rest = ''] = KIND.exec(token.trim()) ?? [];
  if (name === '') return { ...USUAL, rest: token.trim() };
  const kind = (name === 'dropout' ? 'drop' : name) as LayerName;
  const type = LAYERS[kind];
  const draft: { -readonly [K in keyof Draft]: Draft[K] } = { ...USUAL, kind };
  draft.size = size === '' && type.isImplied ? type.usual : unescape(size);
  const unknown: string[] = [];
  for (const word of rest.split('_').slice(1)) {
    const setting = settingOf(word);
    if (setting && type.settings.includes(setting))
      draft[setting] =
        setting === 'kernel' || setting === 'stride' ? unescape(word.slice(1)) : word;
    else unknown.push(word);
  }
  draft.rest = unknown.join('_');
  return draft;
}

function settingOf(word: string): SettingName | undefined {
  if (PADDINGS.some((name) => name === word)) return 'padding';
  if (ACTIVATIONS.some((name) => name === word)) return 'activation';
  return ({ k: 'kernel', s: 'stride' } as const)[word[0] ?? ''];
}

function writeLayer(draft: Draft): string {
  const { kind, size, kernel, stride, padding, activation, rest } = draft;
  if (kind === 'unknown') return rest;
  const type = LAYERS[kind];
  const isUsual = type.isImplied && size === type.usual;
  return [
    kind + (isUsual ? '' : escape(size)),
    ...(kernel === USUAL.kernel ? [] : [`k${escape(kernel)}`]),
    ...(stride === USUAL.stride ? [] : [`s${escape(stride)}`]),
    ...(padding === USUAL.padding ? [] : [padding]),
    ...(activation === USUAL.activation ? [] : [activation]),
    ...(rest === '' ? [] : [rest]),
  ].join('_');
}

/** What a person types must not look like the next layer or setting, and nothing must be seen to be nothing. */
const escape = (text: string) =>
  text.trim() === '' ? '~' : text.trim().replaceAll('-', '\u2212').replaceAll('_', ' ');
const unescape = (text: string) => (text === '~' ? '' : text);

/** What a run says of its network. */
export const networkTitle = (text: string | null | undefined): string =>
  `${text ?? REFERENCE}${(text ?? REFERENCE) === REFERENCE ? ' (the reference)' : ''}`;

/** The same network with its filters and units multiplied, in whole numbers from 1. */
export function scaledNetwork(text: string, factor: number): string {
  const scaled = readNetwork(text).map((layer) =>
    layer.kind === 'conv' || layer.kind === 'dense'
      ? { ...layer, size: String(Math.max(1, Math.round(readNumber(layer.size) * factor))) }
      : layer,
  );
  return writeNetwork(scaled);
}
