// Holds a network against the image it gets, without a GPU: what each layer makes and costs, and at the
// layer where it is, what is wrong.
import {
  type Module,
  type Outline,
  type Part,
  dense,
  flatten,
  naming,
  outline,
  part,
  residual,
  sequential,
  slotSize,
} from '../../nn/index.ts';
import type { Task } from '../data/dataset.ts';
import { bytes, grouped } from '../wording.ts';
import { type Draft, MOST_LAYERS, countLayers, newLayer, typeOf } from './draft.ts';
import { type Made, layerOf, problemOfWords, timesOf } from './layer.ts';
import { readNetwork } from '../network.ts';
import { projectionFor } from './projection.ts';
import { writeNetwork } from './text.ts';

type Shape = readonly number[];

export interface CheckedLayer {
  readonly draft: Draft | 'answers';
  /** As in the engine, such as conv1 or residual1.body.conv1; '' for what is no layer of it. */
  readonly name: string;
  readonly problem: string | undefined;
  /** Of one image. Absent where a layer above is wrong. */
  readonly inputShape: Shape | undefined;
  /** Of one image. Absent where it, or a layer above, is wrong. */
  readonly outputShape: Shape | undefined;
  readonly parameters: number;
  /** Of one image's forward pass, a multiplication and an addition counted as two. */
  readonly flops: number;
  /** f32 bytes of one image's output; of a repetition those of all that it repeats. */
  readonly outputBytes: number;
  /** The layers inside; of a repetition those of its first round. */
  readonly body: readonly CheckedLayer[];
  /** Those on the way around a residual block. */
  readonly shortcut?: readonly CheckedLayer[] | undefined;
}

/** A text that was held against the images; summary and the rest of its outline are absent while something is wrong. */
export interface Checked extends Partial<Outline> {
  /** The layers as written, and the dense layer that gives the answers. */
  readonly layers: readonly CheckedLayer[];
  /** The layers of the engine, activations and flattening among them; absent while something is wrong. */
  readonly modules?: readonly Module[];
  /** f32 bytes of one image's outputs, of all written layers. */
  readonly outputBytes: number;
  /** The first layer that is wrong: 'layer 2 (conv1)', or 'layer 2 (residual1), inside: layer 1 (conv2)'. */
  readonly wrong: string | undefined;
  /** What is wrong with it, behind its name: 'layer 2 (conv1): …'. */
  readonly problem: string | undefined;
}

/** What WebGPU promises for one binding on every adapter. */
const BINDING_BYTES = 2 ** 27;
/** A size above the limit, which never reads like it. */
const over = (size: number) =>
  bytes(size) === bytes(BINDING_BYTES) ? `${grouped(size)} bytes` : bytes(size);
/** Evaluation shows the network as many images at a time, whatever the training's batch. */
const EVALUATION_BATCH = 128;

/** The last ones: of one network several places of the page ask, and of one batch after another. */
const known = new Map<string, Checked>();
const MOST_KNOWN = 4;

/**
 * A network's text, held against the task of a data set; without one only what is written is checked.
 * @param batch the training's, where it is known
 */
export function checkNetwork(
  text: string,
  task: Task | undefined,
  batch = EVALUATION_BATCH,
): Checked {
  const most = Math.max(batch, EVALUATION_BATCH);
  const key = [most, task?.classes, task?.shape, text].join(':');
  const checked = known.get(key) ?? check(text, task, most);
  known.delete(key);
  known.set(key, checked);
  for (const old of [...known.keys()].slice(0, -MOST_KNOWN)) known.delete(old);
  return checked;
}

function check(text: string, task: Task | undefined, batch: number): Checked {
  const drafts = readNetwork(text);
  const totals = { batch, written: countLayers(drafts), layers: 0, parameters: 0, slots: 0 };
  const network = new Sequence(totals, task?.shape, '');
  const layers = [
    ...drafts.map((draft) => network.add(draft)),
    network.answers(task?.classes ?? 1),
  ];
  const { at: wrong, text: problem } = firstProblem(layers) ?? {};
  const { modules, costs } = network;
  const told = { layers, outputBytes: costs.outputBytes, wrong, problem };
  if (problem !== undefined || !task) return told;
  return { ...told, modules, ...outline(task.shape, modules) };
}

interface Found {
  /** The layer. */
  readonly at: string;
  /** The layer, and what is wrong with it. */
  readonly text: string;
}

function firstProblem(layers: readonly CheckedLayer[]): Found | undefined {
  for (const [at, { name, problem, body, shortcut = [] }] of layers.entries()) {
    const called = name.split('.').at(-1);
    const layer = `layer ${at + 1}${called && ` (${called})`}`;
    for (const [way, rows] of [
      ['inside', body],
      ['shortcut', shortcut],
    ] as const) {
      const found = firstProblem(rows);
      const before = `${layer}, ${way}: `;
      if (found) return { at: before + found.at, text: before + found.text };
    }
    if (problem !== undefined) return { at: layer, text: `${layer}: ${problem}` };
  }
  return undefined;
}

/** Of the whole network, as far as it stands. */
interface Totals {
  readonly batch: number;
  /** Layers in all, the repeated ones each time. */
  readonly written: number;
  layers: number;
  parameters: number;
  /** The parameters and buffers as they lie in memory, each from a round place on. */
  slots: number;
}

interface Costs {
  parameters: number;
  flops: number;
  outputBytes: number;
}

/** What there was before a layer. */
interface Before extends Readonly<Costs> {
  readonly shape: Shape | undefined;
}

/** Layers one after the other. */
class Sequence {
  readonly modules: Module[] = [];
  readonly costs: Costs = { parameters: 0, flops: 0, outputBytes: 0 };
  readonly #next = naming();
  constructor(
    readonly totals: Totals,
    /** Of what comes next; absent below a layer that is wrong. */
    public shape: Shape | undefined,
    /** Stands before the names. */
    readonly path: string,
  ) {}

  add(draft: Draft): CheckedLayer {
    if (draft.kind === 'times') return this.#repeat(draft);
    if (draft.kind === 'res') return this.#residual(draft);
    const made = layerOf(draft);
    const before = this.#now();
    const module = typeof made === 'string' ? usualLayer(draft) : made.layer;
    const name = module ? this.#name(module) : '';
    const problem = this.#tooMany() ?? (typeof made === 'string' ? made : this.#take(made, draft));
    return this.#layer(draft, name, problem, before);
  }

  #now = (): Before => ({ ...this.costs, shape: this.shape });

  answers(classes: number): CheckedLayer {
    const before = this.#now();
    const module = dense({ units: classes });
    const name = this.#name(module);
    this.#toVector();
    return this.#layer('answers', name, this.#push(module), before);
  }

  #tooMany(): string | undefined {
    if (++this.totals.layers <= MOST_LAYERS) return undefined;
    return `A network here has at most ${MOST_LAYERS} layers, and this text has ${grouped(this.totals.written)}: take some out.`;
  }

  /** Puts the engine's layers of one written layer; says what hinders it. */
  #take({ layer, activation, window = 0, groups = 1 }: Made, draft: Draft): string | undefined {
    const { shape } = this;
    if (!shape) return undefined;
    const type = typeOf(draft);
    if (type?.takes === 'vector') this.#toVector();
    else if (type?.takes === 'image' && shape.length === 1)
      return `It takes an image, and what comes from above is a row of ${grouped(shape[0] ?? 0)} numbers: move it up, before the layer that makes the row.`;
    const [H = 0, W = 0] = shape;
    if (window > H || window > W)
      return `A ${window} × ${window} window does not fit ${H} × ${W}: make it smaller, or shrink the image less above${type?.settings.includes('padding') ? ', or pad it (same)' : ''}.`;
    const C = shape.at(-1) ?? 1;
    if (C % groups !== 0)
      return `${grouped(C)} channels do not fall into ${grouped(groups)} equal groups: take a number that divides them.`;
    const problem = this.#push(layer);
    if (activation && problem === undefined) {
      this.#name(activation);
      return this.#push(activation);
    }
    return problem;
  }

  #toVector(): void {
    if (this.shape?.length !== 3) return;
    const module = flatten();
    this.#name(module);
    this.#push(module);
  }

  #push(module: Module): string | undefined {
    if (!this.shape) return undefined;
    const built = part('', module, this.shape);
    this.modules.push(module);
    this.shape = built.built.outputShape;
    return this.#room(built);
  }

  /** Whether what a module makes and keeps fits the buffers. */
  #room({ built }: Part): string | undefined {
    const { outputShape, parameters = [], buffers = [], flops = 0 } = built;
    const { totals, costs } = this;
    const sizes = (plans: typeof parameters) => plans.map(({ shape }) => sizeOf(shape));
    const learned = sizes(parameters).reduce((sum, size) => sum + size, 0);
    costs.flops += flops;
    costs.parameters += learned;
    totals.parameters += learned;
    const slots = sizes([...parameters, ...buffers]).map(slotSize);
    totals.slots += slots.reduce((sum, size) => sum + size, 0);
    const limit = `the ${bytes(BINDING_BYTES)} that a buffer may have`;
    if (4 * totals.slots > BINDING_BYTES && learned > 0)
      return `With it the network has ${grouped(totals.parameters)} parameters, ${over(4 * totals.slots)}, more than ${limit}: make it smaller, or the image above it.`;
    const outputBytes = 4 * sizeOf(outputShape);
    if (outputBytes * totals.batch <= BINDING_BYTES) return undefined;
    const largest = Math.floor(BINDING_BYTES / outputBytes);
    const remedy = largest < EVALUATION_BATCH ? '' : `, or the batch: ${grouped(largest)} at most`;
    return `For ${grouped(totals.batch)} images at a time its output takes ${over(outputBytes * totals.batch)}, more than ${limit}: make it smaller${remedy}.`;
  }

  #repeat(draft: Draft): CheckedLayer {
    const before = this.#now();
    const times = timesOf(draft);
    const words = problemOfWords(draft) ?? (draft.body.length === 0 ? NOTHING_INSIDE : undefined);
    const body = draft.body.map((inner) => this.add(inner));
    let problem = typeof times === 'string' ? times : words;
    for (let round = 2; typeof times === 'number' && round <= times && this.shape; round++) {
      const again = draft.body.map((inner) => this.add(inner));
      const found = firstProblem(again);
      if (found) problem = `In round ${round}, ${found.text}`;
    }
    return { ...this.#layer(draft, '', problem, before), body };
  }

  #residual(draft: Draft): CheckedLayer {
    const before = this.#now();
    const many = this.#tooMany();
    const { shape: input } = this;
    const name = this.#name({ kind: 'residual' });
    const way = new Sequence(this.totals, input, `${name}.body.`);
    const body = draft.body.map((inner) => way.add(inner));
    const around = draft.shortcut && new Sequence(this.totals, input, `${name}.shortcut.`);
    const shortcut = draft.shortcut?.map((inner) => around?.add(inner) as CheckedLayer);
    for (const { costs } of [way, ...(around ? [around] : [])]) {
      this.costs.parameters += costs.parameters;
      this.costs.flops += costs.flops;
      this.costs.outputBytes += costs.outputBytes;
    }
    const problem = many ?? problemOfWords(draft) ?? problemOfBlock(draft, input, way, around);
    const isWhole = problem === undefined && way.shape && (!around || around.shape);
    if (isWhole) {
      const side = around && sequential(...around.modules);
      this.modules.push(residual(sequential(...way.modules), side));
    }
    this.shape = isWhole ? way.shape : undefined;
    return { ...this.#layer(draft, name, problem, before), body, shortcut };
  }

  #layer(
    draft: CheckedLayer['draft'],
    name: string,
    problem: string | undefined,
    before: Before,
  ): CheckedLayer {
    if (problem !== undefined) this.shape = undefined;
    const { shape: outputShape, costs } = this;
    const own = outputShape ? 4 * sizeOf(outputShape) : 0;
    const isRepeated = draft !== 'answers' && draft.kind === 'times';
    if (!isRepeated) costs.outputBytes += own;
    return {
      ...{ draft, name, problem, inputShape: before.shape, outputShape, body: [] },
      parameters: costs.parameters - before.parameters,
      flops: costs.flops - before.flops,
      outputBytes: isRepeated ? costs.outputBytes - before.outputBytes : own,
    };
  }

  /** The engine's. */
  #name = (module: Pick<Module, 'kind' | 'stem'>): string => this.path + this.#next(module);
}

const sizeOf = (shape: Shape) => shape.reduce((product, d) => product * d, 1);

/** A layer of the same kind that can be built, for its name. */
function usualLayer({ kind }: Draft): Module | undefined {
  const made = kind === 'unknown' ? '' : layerOf(newLayer(kind));
  return typeof made === 'string' ? undefined : made.layer;
}

const NOTHING_INSIDE = 'There is no layer inside: put one in, or take it out.';

/** What keeps the two ways of a residual block from being added. */
function problemOfBlock(
  { body, shortcut }: Draft,
  input: Shape | undefined,
  way: Sequence,
  around: Sequence | undefined,
): string | undefined {
  if (body.length === 0) return NOTHING_INSIDE;
  if (shortcut?.length === 0)
    return 'There is no layer on its shortcut: put one there, or leave the bar out for the input itself.';
  const [made, other] = [way.shape, around ? around.shape : input];
  if (!made || !other || made.join() === other.join()) return undefined;
  const said = (shape: Shape) =>
    shape.length === 3 ? shape.join(' × ') : `a row of ${grouped(sizeOf(shape))}`;
  const projection = projectionFor(made, input ?? []);
  const remedy = projection ? `; a shortcut of ${writeNetwork([projection])} would do` : '';
  const beside = around ? `${said(other)} on its shortcut` : `from above comes ${said(other)}`;
  return `It makes ${said(made)} inside, and ${beside}: only what has one shape can be added${remedy}.`;
}
