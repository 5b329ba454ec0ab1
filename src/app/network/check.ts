// Holds a network against the image it gets, without a GPU: what each layer makes and costs, and at the
// layer where it is, what is wrong. Shapes and costs equal those of the engine's own layers (a test compares).
import { type Summary, type SummaryRow, slotSize } from '../../nn/index.ts';
import { CLASS_NAMES } from '../data/dataset.ts';
import { INPUT_SHAPE } from '../data/prepare.ts';
import {
  type Draft,
  type LayerName,
  ACTIVATIONS,
  LAYERS,
  PADDINGS,
  readNetwork,
} from '../network.ts';
import { bytes, grouped } from '../wording.ts';

type Shape = readonly number[];

/** A layer of the engine with its settings as numbers; network/layers.ts makes it. */
export type Step =
  | {
      readonly kind: 'conv2d';
      readonly filters: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: 'valid' | 'same';
    }
  | { readonly kind: 'maxPool2d' | 'avgPool2d'; readonly window: number }
  | { readonly kind: 'dense'; readonly units: number }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'globalAvgPool2d' | 'flatten' | Activation };
type Activation = Exclude<(typeof ACTIVATIONS)[number], 'linear'>;

export interface CheckedLayer {
  readonly draft: Draft | 'answers';
  /** As in the engine, such as conv1; '' for what is no layer. */
  readonly name: string;
  readonly problem: string | undefined;
  /** Of one image. Absent where it, or a layer above, is wrong. */
  readonly outputShape: Shape | undefined;
  readonly parameters: number;
  /** Of one image's forward pass, a multiplication and an addition counted as two. */
  readonly flops: number;
  /** f32 bytes of one image's output. */
  readonly outputBytes: number;
}

export interface Checked {
  /** The layers as written, and the dense layer that gives the answers. */
  readonly layers: readonly CheckedLayer[];
  /** The layers of the engine, activations and flattening among them; absent while something is wrong. */
  readonly steps: readonly Step[] | undefined;
  readonly summary: Summary | undefined;
  /** The first of the problems, with its layer: '2nd layer, conv32: …'. */
  readonly problem: string | undefined;
}

const MOST_LAYERS = 32;
const MOST_FILTERS = 1024;
const MOST_UNITS = 4096;
/** What WebGPU promises for one binding on every adapter. */
const BINDING_BYTES = 2 ** 27;
/** A size above the limit, which never reads like it. */
const over = (size: number) =>
  bytes(size) === bytes(BINDING_BYTES) ? `${grouped(size)} bytes` : bytes(size);
/** Evaluation shows the network as many images at a time, whatever the training's batch. */
const EVALUATION_BATCH = 128;

/** A network's text, held against the images of the data set. `batch` is the training's, where it is known. */
export function checkNetwork(text: string, batch = EVALUATION_BATCH): Checked {
  const drafts = readNetwork(text);
  const build = new Build(Math.max(batch, EVALUATION_BATCH));
  const layers = drafts.map((draft, i) => build.add(draft, i));
  layers.push(build.answers());
  const at = layers.findIndex(({ problem }) => problem !== undefined);
  const first = layers[at];
  if (first)
    return {
      ...{ layers, steps: undefined, summary: undefined },
      problem: `layer ${at + 1}${first.name && ` (${first.name})`}: ${first.problem}`,
    };
  return { layers, steps: build.steps, summary: build.summary(), problem: undefined };
}

class Build {
  readonly steps: Step[] = [];
  readonly #rows: SummaryRow[] = [];
  readonly #counts = new Map<string, number>();
  /** Absent below a layer that is wrong. */
  #shape: Shape | undefined = INPUT_SHAPE;
  #parameters = 0;
  /** The parameters as they lie in memory, each from a round place on. */
  #slots = 0;
  constructor(readonly batch: number) {}

  add(draft: Draft, at: number): CheckedLayer {
    const before = this.#rows.length;
    const name = draft.kind === 'unknown' ? '' : this.#name(draft.kind);
    const problem = at >= MOST_LAYERS ? TOO_MANY : this.#take(draft);
    return this.#layer(draft, name, problem ?? this.#room(before), before);
  }

  answers(): CheckedLayer {
    const before = this.#rows.length;
    const name = this.#name('dense');
    if (this.#shape) this.#toVector();
    this.#push({ kind: 'dense', units: CLASS_NAMES.length }, name);
    return this.#layer('answers', name, this.#room(before), before);
  }

  summary(): Summary {
    const total = (of: (row: SummaryRow) => number) =>
      this.#rows.reduce((sum, row) => sum + of(row), 0);
    return {
      rows: this.#rows,
      parameters: total((row) => row.parameters),
      flops: total((row) => row.flops),
      activationBytes: total((row) => row.activationBytes),
    };
  }

  /** Puts the engine's layers of one written layer; says what hinders it. */
  #take(draft: Draft): string | undefined {
    const settings = readSettings(draft);
    if (typeof settings === 'string') return settings;
    const shape = this.#shape;
    if (!shape) return undefined;
    const { step, activation } = settings;
    const name = this.#nameNow(draft.kind as LayerName);
    if (step.kind === 'dense') this.#toVector();
    else if (step.kind !== 'dropout' && shape.length === 1)
      return `It takes an image, and what comes from above is a row of ${grouped(shape[0] ?? 0)} numbers: move it up, before the layer that makes the row.`;
    const window = 'kernel' in step ? step.kernel : 'window' in step ? step.window : 0;
    const isPadded = 'padding' in step && step.padding === 'same';
    const [H = 0, W = 0] = shape;
    if (!isPadded && (window > H || window > W))
      return `A ${window} × ${window} window does not fit ${H} × ${W}: make it smaller, or shrink the image less above${'padding' in step ? ', or pad it (same)' : ''}.`;
    this.#push(step, name);
    if (activation) this.#push({ kind: activation }, this.#name(activation));
    return undefined;
  }

  #toVector(): void {
    if (this.#shape?.length === 3) this.#push({ kind: 'flatten' }, this.#name('flatten'));
  }

  #push(step: Step, name: string): void {
    if (!this.#shape) return;
    const { outputShape, parameters, flops } = made(step, this.#shape);
    const activationBytes = 4 * outputShape.reduce((product, d) => product * d, 1);
    this.steps.push(step);
    this.#rows.push({ name, kind: step.kind, outputShape, parameters, flops, activationBytes });
    this.#shape = outputShape;
    this.#parameters += parameters;
    const biases = parameters === 0 ? 0 : (outputShape.at(-1) ?? 0);
    this.#slots += slotSize(parameters - biases) + slotSize(biases);
  }

  /** Whether what was put since `before` fits the buffers. */
  #room(before: number): string | undefined {
    const added = this.#rows.slice(before);
    const limit = `the ${bytes(BINDING_BYTES)} that a buffer may have`;
    if (4 * this.#slots > BINDING_BYTES && added.some(({ parameters }) => parameters > 0))
      return `With it the network has ${grouped(this.#parameters)} parameters, ${over(4 * this.#slots)}, more than ${limit}: make it smaller, or the image above it.`;
    const most = Math.max(0, ...added.map(({ activationBytes }) => activationBytes));
    if (most * this.batch > BINDING_BYTES) {
      const largest = Math.floor(BINDING_BYTES / most);
      const remedy =
        largest < EVALUATION_BATCH ? '' : `, or the batch: ${grouped(largest)} at most`;
      return `For ${grouped(this.batch)} images at a time its output takes ${over(most * this.batch)}, more than ${limit}: make it smaller${remedy}.`;
    }
    return undefined;
  }

  #layer(
    draft: CheckedLayer['draft'],
    name: string,
    problem: string | undefined,
    before: number,
  ): CheckedLayer {
    if (problem !== undefined) this.#shape = undefined;
    const rows = this.#rows.slice(before);
    const outputShape = this.#shape;
    const total = (of: (row: SummaryRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
    return {
      draft,
      name,
      problem,
      outputShape,
      parameters: total((row) => row.parameters),
      flops: total((row) => row.flops),
      outputBytes: outputShape ? (rows.at(-1)?.activationBytes ?? 0) : 0,
    };
  }

  /** The engine's names, numbered by kind. */
  #name(kind: LayerName | Step['kind']): string {
    const stem = STEMS[kind] ?? kind;
    this.#counts.set(stem, (this.#counts.get(stem) ?? 0) + 1);
    return this.#nameNow(kind);
  }

  #nameNow(kind: LayerName | Step['kind']): string {
    const stem = STEMS[kind] ?? kind;
    return `${stem}${this.#counts.get(stem) ?? 1}`;
  }
}

const STEMS: Readonly<Record<string, string>> = {
  ...{ conv: 'conv', pool: 'pool', avg: 'pool', gap: 'pool', dense: 'fc', drop: 'drop' },
};

const TOO_MANY = `A network here has at most ${MOST_LAYERS} layers: take some out.`;

/** What the engine's layer makes of an input shape that it can take. */
function made(step: Step, input: Shape): Pick<SummaryRow, 'outputShape' | 'parameters' | 'flops'> {
  const [H = 0, W = 0, C = 0] = input;
  const free = (outputShape: Shape) => ({ outputShape, parameters: 0, flops: 0 });
  if ('filters' in step) {
    const { filters: K, kernel: R, stride, padding } = step;
    const span = padding === 'same' ? 1 : R;
    const P = Math.floor((H - span) / stride) + 1;
    const Q = Math.floor((W - span) / stride) + 1;
    const taps = R * R * C * K;
    return { outputShape: [P, Q, K], parameters: taps + K, flops: 2 * P * Q * taps };
  }
  if ('units' in step) {
    const [I, O] = [H, step.units];
    return { outputShape: [O], parameters: I * O + O, flops: 2 * I * O };
  }
  if ('window' in step) return free([Math.floor(H / step.window), Math.floor(W / step.window), C]);
  if (step.kind === 'globalAvgPool2d') return free([C]);
  if (step.kind === 'flatten') return free([H * W * C]);
  return free(input);
}

/** The settings of a layer as numbers, or a sentence about the first that is wrong. */
function readSettings(draft: Draft): { step: Step; activation?: Activation } | string {
  const { kind, rest, size, kernel, stride } = draft;
  if (kind === 'unknown')
    return `There is no layer ${quoted(rest)}; there are ${Object.keys(LAYERS).join(', ')}.`;
  if (rest !== '')
    return `${LAYERS[kind].title} has no setting ${quoted(rest)}; write it like ${EXAMPLES[kind]}.`;
  const activation = ACTIVATIONS.find((name) => name === draft.activation);
  const padding = PADDINGS.find((name) => name === draft.padding) ?? 'valid';
  const acts = activation && activation !== 'linear' ? { activation } : {};
  const window = whole(size, 1, 28);
  switch (kind) {
    case 'conv': {
      const [filters, R, step] = [
        whole(size, 1, MOST_FILTERS),
        whole(kernel, 1, 28),
        whole(stride, 1, 8),
      ];
      if (filters === undefined) return notWhole(size, 'number of filters', 1, MOST_FILTERS);
      if (R === undefined) return notWhole(kernel, 'size of a filter', 1, 28);
      if (step === undefined) return notWhole(stride, 'stride', 1, 8);
      return { step: { kind: 'conv2d', filters, kernel: R, stride: step, padding }, ...acts };
    }
    case 'pool':
    case 'avg':
      if (window === undefined) return notWhole(size, 'size of a window', 1, 28);
      return { step: { kind: kind === 'pool' ? 'maxPool2d' : 'avgPool2d', window } };
    case 'gap':
      if (size !== '') return `Global mean has no setting ${quoted(size)}; write it like gap.`;
      return { step: { kind: 'globalAvgPool2d' } };
    case 'dense': {
      const units = whole(size, 1, MOST_UNITS);
      if (units === undefined) return notWhole(size, 'number of units', 1, MOST_UNITS);
      return { step: { kind: 'dense', units }, ...acts };
    }
    case 'drop': {
      const rate = size.trim() === '' ? NaN : Number(size);
      if (!(rate >= 0 && rate < 1))
        return `${quoted(size)} is not a share of values to drop, from 0 to below 1, such as 0.5.`;
      return { step: { kind: 'dropout', rate } };
    }
    default:
      return kind satisfies never;
  }
}

const EXAMPLES: Readonly<Record<LayerName, string>> = {
  conv: 'conv32, or conv32_k5_s2_same_tanh',
  pool: 'pool or pool3',
  avg: 'avg or avg3',
  gap: 'gap',
  dense: 'dense128 or dense128_tanh',
  drop: 'drop0.5',
};

function whole(text: string, least: number, most: number): number | undefined {
  const value = text.trim() === '' ? NaN : Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

const notWhole = (text: string, what: string, least: number, most: number) =>
  `${quoted(text)} is no ${what}: it takes a whole number from ${least} to ${grouped(most)}.`;

const quoted = (text: string) => (text.trim() === '' ? 'Nothing' : `“${text.trim()}”`);
