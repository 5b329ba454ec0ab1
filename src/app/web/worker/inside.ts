// The worker's answers about the inside of the network. One question at a time, the newest of its kind; they
// are queued between the steps of a training, which neither waits for them nor ends in other bits.
import { Sequential, type TrainStep } from '../../../nn/index.ts';
import { DeviceLost } from '../../../tensor/index.ts';
import { layersOf } from '../../network/layers.ts';
import { type DataSet, labelsFrom, pixelsOf, shapeOf, sizeOf, taskOf } from '../../data/dataset.ts';
import { chooseStratified, scalePixels } from '../../data/prepare.ts';
import { gradCam, saliency } from '../../inside/attribution.ts';
import { codeOf } from '../../inside/code.ts';
import { Flow } from '../../inside/flow.ts';
import { Checkup, updateRatios } from '../../inside/health.ts';
import { stepCodeOf } from '../../inside/stepCode.ts';
import type {
  Answer,
  AttributionAnswer,
  CodeAnswer,
  FlowAnswer,
  HealthAnswer,
  Question,
  Standing,
  StepsAnswer,
  Update,
} from '../inside/questions.ts';
import { thinned } from '../points.ts';
import type { ImageRef } from '../protocol.ts';
import { augmented } from './augmented.ts';
import { openGpu } from './gpu.ts';
import { held, send, textOf } from './held.ts';
import { presentNetwork } from './network.ts';

const waiting = new Map<Question['about'], { readonly id: number; readonly question: Question }>();
let isAnswering = false;

export async function ask(id: number, question: Question): Promise<void> {
  const older = waiting.get(question.about);
  if (older) send({ kind: 'answer', id: older.id, answer: undefined });
  waiting.delete(question.about);
  waiting.set(question.about, { id, question });
  if (isAnswering) return;
  isAnswering = true;
  for (let next = take(); next; next = take()) {
    send({ kind: 'answer', id: next.id, answer: await answerTo(next.question) });
  }
  isAnswering = false;
}

function take() {
  const [first] = waiting.values();
  if (first) waiting.delete(first.question.about);
  return first;
}

/** Why there is nothing to look at; `soon`: but in a moment. */
class Nothing extends Error {
  constructor(
    message: string,
    readonly soon: boolean,
  ) {
    super(message);
  }
}

async function answerTo(question: Question): Promise<Answer> {
  try {
    switch (question.about) {
      case 'flow':
        drafted = question.network;
        return await flowOf(question.image);
      case 'attribution':
        return await attributionOf(question);
      case 'augmented':
        return await augmented(question);
      case 'health':
        return await healthNow();
      case 'steps':
        return stepsNow();
      case 'code':
        return await codeNow();
      default:
        return question satisfies never;
    }
  } catch (error) {
    const soon = error instanceof Nothing ? error.soon : error instanceof DeviceLost;
    return { about: 'nothing', why: textOf(error), soon };
  }
}

/** The network that would be trained, and what was built of it. */
let drafted: string | null = null;
let untrained:
  | { readonly model: Sequential; readonly network: string | null; readonly data: DataSet }
  | undefined;

/** The network that is looked into, and whose weights it has. */
async function networkNow(): Promise<{ model: Sequential; standing: Standing }> {
  const network = await presentNetwork();
  const { control, last } = held;
  const rest = last && !last.run ? 'given' : 'trained';
  if (network) return { model: network, standing: control ? 'training' : rest };
  if (control)
    throw new Nothing('A training is being prepared; its network is not there yet.', true);
  const device = held.device ?? (await openGpu());
  const { data } = held;
  if (!data) throw new Nothing('The data is being read.', true);
  if (
    untrained?.model.device !== device ||
    untrained.network !== drafted ||
    untrained.data !== data
  ) {
    const model = new Sequential(device, shapeOf(data), layersOf(drafted, taskOf(data)));
    untrained = { model, network: drafted, data };
  }
  return { model: untrained.model, standing: 'untrained' };
}

const flows = new WeakMap<Sequential, Flow>();

function flowThrough(model: Sequential): Flow {
  const flow = flows.get(model) ?? Flow.create(model);
  flows.set(model, flow);
  return flow;
}

function imageOf(ref: ImageRef): { pixels: Uint8Array; label: number | undefined; data: DataSet } {
  const { data } = held;
  if (!data) throw new Nothing('The data is being read.', true);
  if (ref.split === 'own') {
    const [has, wanted] = [ref.pixels.length, sizeOf(shapeOf(data))];
    if (has !== wanted)
      throw new Nothing(
        `This picture has ${has} values, and an image of ${data.title} has ${wanted}: it is of another set, or cut off.`,
        false,
      );
    return { pixels: ref.pixels, label: undefined, data };
  }
  const { labels, count } = data[ref.split];
  if (ref.index >= count) {
    throw new Nothing(
      `The set has ${count} ${ref.split === 'test' ? 'test' : 'training'} images, so there is none with the number ${ref.index}.`,
      false,
    );
  }
  const pixels = pixelsOf(data, ref.split, ref.index).slice();
  return { pixels, label: labels[ref.index], data };
}

async function flowOf(image: ImageRef): Promise<FlowAnswer> {
  const { pixels, label, data } = imageOf(image);
  const { model, standing } = await networkNow();
  const flow = flowThrough(model);
  const stepsDone = model === held.network ? held.step?.stepsDone : undefined;
  const stages = await flow.look(pixels); // queued behind those steps, before any other
  const { inputShape } = model;
  return {
    about: 'flow',
    image,
    pixels,
    label,
    classes: data.classes,
    standing,
    stepsDone,
    inputShape,
    stages,
  };
}

async function attributionOf({
  image,
  target,
  layer,
}: Question & { about: 'attribution' }): Promise<AttributionAnswer> {
  const { pixels } = imageOf(image);
  const { model } = await networkNow();
  const x = model.device.tensor(scalePixels(pixels), [1, ...model.inputShape]);
  const [slopes, cam] = [await saliency(model, x, target), await gradCam(model, x, target, layer)];
  return { about: 'attribution', target, saliency: slopes, cam };
}

const CHECKED_IMAGES = 256;
const checkups = new WeakMap<Sequential, { readonly data: DataSet; readonly checkup: Checkup }>();

/** Over some test images, every class by its share. */
function checkupOf(model: Sequential, data: DataSet): Checkup {
  const known = checkups.get(model);
  if (known?.data === data) return known.checkup;
  const { labels, count } = data.test;
  const { chosen } = chooseStratified(labels, Math.min(CHECKED_IMAGES, count), { seed: 0 });
  const size = sizeOf(shapeOf(data));
  const pixels = new Uint8Array(chosen.length * size);
  chosen.forEach((image, i) => pixels.set(pixelsOf(data, 'test', image), i * size));
  const checkup = Checkup.create(
    model,
    pixels,
    labelsFrom(
      Array.from(chosen, (i) => labels[i] as number),
      data.classes.length,
    ),
  );
  checkups.set(model, { data, checkup });
  return checkup;
}

async function healthNow(): Promise<HealthAnswer> {
  const { data } = held;
  if (!data) throw new Nothing('The data is being read.', true);
  const { model, standing } = await networkNow();
  const checkup = checkupOf(model, data);
  const from = performance.now();
  const health = await checkup.run();
  const timeMs = performance.now() - from;
  return { about: 'health', standing, health, timeMs };
}

interface Notes {
  updates: readonly Update[];
  isWaiting: boolean;
}
const watched = new WeakMap<TrainStep, Notes>();

/** What was noted of single steps; while a training runs another one is watched for the next time. */
function stepsNow(): StepsAnswer {
  const step = held.network && held.step;
  if (!step) return { about: 'steps', updates: [] };
  const notes: Notes = watched.get(step) ?? { updates: [], isWaiting: false };
  watched.set(step, notes);
  if (held.control && !notes.isWaiting) watch(step, notes);
  return { about: 'steps', updates: notes.updates };
}

function watch(step: TrainStep, notes: Notes): void {
  notes.isWaiting = true;
  step.watchUpdate().then(
    (update) => {
      const { stepsDone } = update;
      const seen = [...notes.updates, { stepsDone, ratios: updateRatios(update) }];
      notes.updates = thinned(seen, (one) => one.stepsDone);
      notes.isWaiting = false;
    },
    () => {}, // the device is gone, and the step with it
  );
}

async function codeNow(): Promise<CodeAnswer> {
  const { model, standing } = await networkNow();
  const code = await codeOf(flowThrough(model), {
    busy: standing === 'training',
    now: () => performance.now(),
  });
  const step = held.network && held.step;
  return { about: 'code', code, step: step && stepCodeOf(step.recording, model) };
}
