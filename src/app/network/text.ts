// The text of a network: layers with hyphens between them, `conv32-pool-res(conv32_same-bn|conv32_k1)-3x(conv8)`.
import {
  ACTIVATIONS,
  BIASES,
  type Draft,
  LAYERS,
  LAYER_NAMES,
  type LayerName,
  MOST_LAYERS,
  PADDINGS,
  type SettingName,
  USUAL,
  isLearning,
} from './draft.ts';

/** The text of a network without a hidden layer. */
export const NO_LAYERS = 'linear';

/** Deeper ones are not read. */
const MOST_DEPTH = 6;

/**
 * The layers of a text. What is not understood is kept, to be shown; so is, in one piece, what is beyond the last layer
 * that there may be, so that no text makes a page of thousands of rows.
 */
export function readLayers(text: string): readonly Draft[] {
  if (text === NO_LAYERS) return [];
  return readRow(text, { left: MOST_LAYERS }, 0);
}

/** The other way; `readLayers` of it gives the same layers again. */
export function writeNetwork(layers: readonly Draft[]): string {
  return layers.length === 0 ? NO_LAYERS : writeRow(layers);
}

/** How many more layers are read. */
interface Budget {
  left: number;
}

const unread = (rest: string): Draft => ({ ...USUAL, rest });

function readRow(text: string, budget: Budget, depth: number): readonly Draft[] {
  const tokens = split(text, '-');
  const read: Draft[] = [];
  for (const [at, token] of tokens.entries()) {
    if (budget.left === 0) return [...read, unread(tokens.slice(at).join('-'))];
    budget.left--;
    read.push(readLayer(token, isNorm(tokens[at + 1]), budget, depth));
  }
  return read;
}

/** Cuts a text at a mark wherever no bracket is open. */
function split(text: string, mark: string): string[] {
  const parts: string[] = [];
  let open = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(') open++;
    else if (c === ')') open = Math.max(0, open - 1);
    else if (c === mark && open === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

const NORMS = LAYER_NAMES.filter((name) => LAYERS[name].isNorm);
const isNorm = (token: string | undefined) =>
  token !== undefined && NORMS.some((name) => token.trim().startsWith(name));

/** What a layer has where nothing else is written: right before a normalization neither activation nor bias. */
const usualFor = (kind: Draft['kind'], isBeforeNorm: boolean): Draft =>
  isBeforeNorm && isLearning({ kind }) ? { ...USUAL, activation: 'linear', bias: 'nobias' } : USUAL;

/** What a layer may be called, and its kind. */
const NAMES: ReadonlyMap<string, LayerName> = new Map(
  LAYER_NAMES.filter((name) => !LAYERS[name].listed).flatMap((name) => {
    const { alias } = LAYERS[name];
    return [[name, name] as const, ...(alias ? [[alias, name] as const] : [])];
  }),
);
/** The longer name first: 'dropout' begins with 'drop'. */
const KIND = new RegExp(
  `^(${[...NAMES.keys()].sort((a, b) => b.length - a.length).join('|')})([^_]*)(.*)$`,
  's',
);
/** With all that is inside; what the inside is, and what comes behind, is told by its brackets. */
const AROUND = /^(?:(res)|([^(_]*)x)\((.*)\)(?:_([^()]*))?$/s;

function readLayer(token: string, isBeforeNorm: boolean, budget: Budget, depth: number): Draft {
  const plain = token.trim();
  const around = AROUND.exec(plain);
  if (around) return readAround(around, budget, depth) ?? unread(plain);
  const [word = '', ...words] = plain.split('_');
  if (ACTIVATIONS.some((name) => name === word && word !== 'linear'))
    return { ...USUAL, kind: 'act', activation: word, rest: words.join('_') };
  const [, name = '', size = '', rest = ''] = KIND.exec(plain) ?? [];
  const kind = NAMES.get(name);
  if (!kind || /[()]/.test(plain)) return unread(plain);
  const type = LAYERS[kind];
  const draft: { -readonly [K in keyof Draft]: Draft[K] } = {
    ...usualFor(kind, isBeforeNorm),
    kind,
  };
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

/** A residual block or a repetition; undefined where its brackets do not belong together. */
function readAround(
  [, block, times = '', inside = '', rest = '']: RegExpExecArray,
  budget: Budget,
  depth: number,
): Draft | undefined {
  if (depth === MOST_DEPTH || !isBalanced(inside)) return undefined;
  const row = (text: string) => (text === '' ? [] : readRow(text, budget, depth + 1));
  if (block === undefined) {
    if (split(inside, '|').length > 1) return undefined;
    return { ...USUAL, kind: 'times', size: unescape(times), body: row(inside), rest };
  }
  const [body = '', shortcut, ...more] = split(inside, '|');
  if (more.length > 0) return undefined;
  const read = { ...USUAL, kind: 'res' as const, body: row(body), rest };
  return shortcut === undefined ? read : { ...read, shortcut: row(shortcut) };
}

/** Does every bracket have its partner? */
export function isBalanced(text: string): boolean {
  let open = 0;
  for (const c of text) {
    if (c === '(') open++;
    if (c === ')' && --open < 0) return false;
  }
  return open === 0;
}

function settingOf(word: string): SettingName | undefined {
  if (PADDINGS.some((name) => name === word)) return 'padding';
  if (ACTIVATIONS.some((name) => name === word)) return 'activation';
  if (BIASES.some((name) => name === word)) return 'bias';
  return ({ k: 'kernel', s: 'stride' } as const)[word[0] ?? ''];
}

const writeRow = (layers: readonly Draft[]): string =>
  layers
    .map((layer, at) =>
      writeLayer(
        layer,
        NORMS.some((name) => name === layers[at + 1]?.kind),
      ),
    )
    .join('-');

function writeLayer(draft: Draft, isBeforeNorm: boolean): string {
  const { kind, size, kernel, stride, padding, activation, bias, rest, body, shortcut } = draft;
  if (kind === 'unknown') return rest;
  const behind = rest === '' ? [] : [rest];
  if (kind === 'act') return [activation, ...behind].join('_');
  if (kind === 'times') return [`${escape(size)}x(${inside(body)})`, ...behind].join('_');
  if (kind === 'res') {
    const around = shortcut ? `|${inside(shortcut)}` : '';
    return [`res(${inside(body)}${around})`, ...behind].join('_');
  }
  const type = LAYERS[kind];
  const usual = usualFor(kind, isBeforeNorm);
  const isUsual = type.isImplied && size === type.usual;
  return [
    kind + (isUsual ? '' : escape(size)),
    ...(kernel === usual.kernel ? [] : [`k${escape(kernel)}`]),
    ...(stride === usual.stride ? [] : [`s${escape(stride)}`]),
    ...(padding === usual.padding ? [] : [padding]),
    ...(activation === usual.activation ? [] : [activation]),
    ...(bias === usual.bias ? [] : [bias]),
    ...behind,
  ].join('_');
}

const inside = (layers: readonly Draft[]) => (layers.length === 0 ? '' : writeRow(layers));

/** What a person types must not look like the next layer or setting, and nothing must be seen to be nothing. */
const escape = (text: string) => {
  const plain = text.trim().replace(/[()|]/g, '');
  return plain === '' ? '~' : plain.replaceAll('-', '\u2212').replaceAll('_', ' ');
};
const unescape = (text: string) => (text === '~' ? '' : text);
