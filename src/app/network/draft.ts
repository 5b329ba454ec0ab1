// A layer of a network as it is written: its settings are text still, so that a wrong one can be shown where it stands.

/** One layer as written. Every setting is text; the ones that a layer does not have are as usual. */
export interface Draft {
  /** 'unknown': `rest` is all that was written. */
  readonly kind: LayerName | 'unknown';
  /** Filters, units, the pool's window, dropout's rate, groups of channels or repetitions. */
  readonly size: string;
  /** Height and width of a filter. */
  readonly kernel: string;
  readonly stride: string;
  readonly padding: string;
  readonly activation: string;
  readonly bias: string;
  /** What was written and is no setting. */
  readonly rest: string;
  /** The layers inside, of a residual block or a repetition. */
  readonly body: readonly Draft[];
  /** Those on the way around a residual block; absent where the input itself goes around. */
  readonly shortcut?: readonly Draft[] | undefined;
}

export type SettingName = 'size' | 'kernel' | 'stride' | 'padding' | 'activation' | 'bias';

export const PADDINGS = ['valid', 'same'] as const;
export const ACTIVATIONS = ['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid', 'linear'] as const;
export const BIASES = ['bias', 'nobias'] as const;

interface LayerType {
  /** The engine's kind of layer, in whose words it is described; see kinds.ts. */
  readonly engineKind: string;
  readonly settings: readonly SettingName[];
  /** What its size is called. */
  readonly sizeTitle: string;
  /** Its size in a new layer; where `isImplied`, also that of a layer written without one. */
  readonly usual: string;
  readonly isImplied?: true;
  /** How it is written, with its settings. */
  readonly example: string;
  /** It may be written so as well. */
  readonly alias?: string;
  /** How it is named among others, where not by its name. */
  readonly listed?: string;
  /** What it takes and makes, of which an image is the usual. A vector it also makes of an image first. */
  readonly takes?: 'image' | 'vector';
  readonly makes?: 'vector';
  /** It stands between a layer that learns and its activation. */
  readonly isNorm?: true;
  /** It holds other layers. */
  readonly isAround?: true;
}

const PLAIN = { settings: [], sizeTitle: '', usual: '', isImplied: true } as const;
const WINDOW = {
  settings: ['size'],
  sizeTitle: 'pool size',
  usual: '2',
  isImplied: true,
  takes: 'image',
} as const;

/** Every kind of layer, in the order in which they are offered. */
const TABLE = {
  conv: {
    engineKind: 'conv2d',
    settings: ['size', 'kernel', 'stride', 'padding', 'activation', 'bias'],
    sizeTitle: 'filters',
    usual: '32',
    example: 'conv32, or conv32_k5_s2_same_tanh',
    takes: 'image',
  },
  pool: { ...WINDOW, engineKind: 'maxPool2d', example: 'pool or pool3' },
  avg: { ...WINDOW, engineKind: 'avgPool2d', example: 'avg or avg3' },
  gap: {
    ...PLAIN,
    ...{ engineKind: 'globalAvgPool2d', example: 'gap', takes: 'image', makes: 'vector' },
  },
  gmax: {
    ...PLAIN,
    ...{ engineKind: 'globalMaxPool2d', example: 'gmax', takes: 'image', makes: 'vector' },
  },
  dense: {
    engineKind: 'dense',
    settings: ['size', 'activation', 'bias'],
    sizeTitle: 'units',
    usual: '128',
    example: 'dense128 or dense128_tanh',
    ...{ takes: 'vector', makes: 'vector' },
  },
  drop: {
    engineKind: 'dropout',
    settings: ['size'],
    sizeTitle: 'rate',
    usual: '0.5',
    example: 'drop0.5',
    alias: 'dropout',
  },
  bn: { ...PLAIN, engineKind: 'batchNorm', example: 'bn', isNorm: true },
  ln: { ...PLAIN, engineKind: 'layerNorm', example: 'ln', isNorm: true },
  gn: {
    engineKind: 'groupNorm',
    settings: ['size'],
    sizeTitle: 'groups',
    usual: '8',
    isImplied: true,
    example: 'gn or gn4',
    isNorm: true,
  },
  act: {
    ...PLAIN,
    ...{ engineKind: 'activation', settings: ['activation'], example: 'relu' },
    listed: ACTIVATIONS.filter((name) => name !== 'linear').join(', '),
  },
  res: {
    ...PLAIN,
    ...{ engineKind: 'residual', example: 'res(conv32_same-bn|conv32_k1-bn)' },
    ...{ listed: 'res(…)', isAround: true },
  },
  times: {
    engineKind: 'repetition',
    settings: ['size'],
    sizeTitle: 'times',
    usual: '2',
    example: '3x(conv32-bn-relu)',
    ...{ listed: '3x(…)', isAround: true },
  },
} as const satisfies Readonly<Record<string, LayerType>>;

export type LayerName = keyof typeof TABLE;
export const LAYERS: Readonly<Record<LayerName, LayerType>> = TABLE;
export const LAYER_NAMES = Object.keys(TABLE) as LayerName[];

/** The row of a layer's kind; undefined for what was not understood. */
export const typeOf = ({ kind }: Pick<Draft, 'kind'>): LayerType | undefined =>
  kind === 'unknown' ? undefined : LAYERS[kind];

/** It learns weights, and with a normalization behind it takes neither activation nor bias. */
export const isLearning = (draft: Pick<Draft, 'kind'>): boolean =>
  typeOf(draft)?.settings.includes('bias') ?? false;

export const USUAL: Draft = {
  ...{ kind: 'unknown', size: '', kernel: '3', stride: '1', body: [] },
  ...{ padding: 'valid', activation: 'relu', bias: 'bias', rest: '' },
};

/** A layer as it begins. */
export const newLayer = (kind: LayerName): Draft => ({
  ...USUAL,
  kind,
  size: LAYERS[kind].usual,
  ...(kind === 'res' && { body: [{ ...newLayer('conv'), padding: 'same' }] }),
  ...(kind === 'times' && { body: [newLayer('conv')] }),
});

/** More are refused. Repeated ones count each time. */
export const MOST_LAYERS = 128;

/** The layers that a list comes to, each as often as it is repeated; of what was not read, about as many. */
export const countLayers = (drafts: readonly Draft[]): number =>
  drafts.reduce((sum, { kind, size, rest, body, shortcut = [] }) => {
    if (kind === 'unknown') return sum + rest.split('-').length;
    const inside = countLayers(body) + countLayers(shortcut);
    return sum + (kind === 'times' ? (Number(size) || 1) * inside : 1 + inside);
  }, 0);

/** Whether a layer is of a kind, or one inside it. */
export const hasKind = (drafts: readonly Draft[], kind: LayerName): boolean =>
  drafts.some(
    (draft) =>
      draft.kind === kind || hasKind(draft.body, kind) || hasKind(draft.shortcut ?? [], kind),
  );

/** The same network with other layers: f is asked for each that holds no others, inside too. */
export const mapLayers = (drafts: readonly Draft[], f: (draft: Draft) => Draft): readonly Draft[] =>
  drafts.map((draft) => {
    if (!typeOf(draft)?.isAround) return f(draft);
    const { body, shortcut } = draft;
    const around = shortcut && { shortcut: mapLayers(shortcut, f) };
    return { ...draft, body: mapLayers(body, f), ...around };
  });
