// weft as a contender, by its public API; and the task, which it draws for all.
import { type Device, dropout, drawBatch, nn } from '../../src/index.ts';
import { builtinDataSet } from '../../src/app/data/builtin.ts';
import { ADAM, type Batch, type Contender, type NetworkName, type Task } from './contender.ts';

const { Inference, Sequential, TrainStep, adam, REFERENCE_INPUT } = nn;
const { countCorrect, softmaxCrossEntropy } = nn;
/** Batches drawn for the peers. */
const BATCHES = 4;
const SEED = 1;
const CLASSES = 10;
const UNSEEN = 1000;

const LAYERS: Readonly<Record<NetworkName, () => nn.Module[]>> = {
  reference: nn.referenceNetwork,
  air: nn.airNetwork,
};

/** Garments, weights, and what weft will draw in its first steps: the batches and dropout's masks. */
export async function drawTask(device: Device, network: NetworkName, batch: number): Promise<Task> {
  const { train, test } = await builtinDataSet({ train: BATCHES * batch, test: UNSEEN });
  const { labels } = train;
  const random = nn.randomStream(SEED, 0);
  // Grain everywhere: on a blank background maxima tie, and libraries differ in what they make of that.
  const grained = (image: Uint8Array) => image.map((p, i) => Math.min(255, p + 24 * random(i)));
  const [images, unseen] = [grained(train.images), grained(test.images)];
  const samples = {
    images: device.tensor(images, [train.count, ...REFERENCE_INPUT], 'u8'),
    labels: device.tensor(labels, [train.count], 'u8'),
    indices: device.tensor([...labels.keys()], [train.count], 'u32'),
  };
  const layers = LAYERS[network]();
  const model = new Sequential(device, REFERENCE_INPUT, layers, { seed: SEED });
  const stream = layers.findIndex(({ kind }) => kind === 'dropout');
  const units = model.summary().rows[stream]?.outputShape;
  const ones = units && device.full([batch, ...units], 1);
  const batches: Batch[] = [];
  for (let step = 0; step < BATCHES; step++) {
    const state = device.tensor([SEED, step], [2], 'u32');
    const { x, labels: drawn } = drawBatch(samples, state, batch);
    const mask = ones && dropout(ones, state, { rate: 0.5, stream });
    const classes = (await drawn.data()) as Int32Array;
    const oneHot = new Float32Array(batch * CLASSES);
    classes.forEach((label, i) => (oneHot[i * CLASSES + label] = 1));
    batches.push({
      x: (await x.data()) as Float32Array,
      labels: classes,
      oneHot,
      dropout: ((await mask?.data()) ?? new Float32Array(batch)) as Float32Array,
    });
  }
  const held = [...(await model.arena.read())];
  const learned = new Set(model.arena.parameters.map(({ name }) => name));
  const weights = new Map(held.filter(([name]) => learned.has(name)));
  const statistics = new Map(held.filter(([name]) => !learned.has(name)));
  return {
    network,
    batch,
    seed: SEED,
    images,
    labels: Uint8Array.from(labels),
    unseen,
    batches,
    weights,
    statistics,
  };
}

export function weft(device: Device, version: string, task: Task): Contender {
  const { network, batch, seed } = task;
  const model = new Sequential(device, REFERENCE_INPUT, LAYERS[network](), { seed });
  const count = task.labels.length;
  const images = device.tensor(task.images, [count, ...REFERENCE_INPUT], 'u8');
  const labels = device.tensor(task.labels, [count], 'u8');
  const inferences = new Map<number, nn.Inference>();
  let step: nn.TrainStep | undefined;
  const recorded = () =>
    (step ??= TrainStep.create(model, {
      loss: softmaxCrossEntropy,
      optimizer: adam(ADAM),
      data: { images, labels },
      metrics: { correct: countCorrect },
      batch,
      seed,
    }));

  return {
    name: 'weft',
    version,
    backend: 'webgpu',
    notes: [
      'draws each batch, and dropout masks where there are any, on the GPU, from bytes that lie there',
      'the first step includes recording, which compiles its kernels',
      'inference goes 128 images at a time',
    ],
    prepare: () => device.finish(),
    train(n) {
      recorded().run(n);
      return Promise.resolve();
    },
    finish: () => device.finish(),
    async loss() {
      const { stepsDone } = recorded();
      const { loss } = await recorded().metrics(stepsDone - 1);
      return loss[0] as number;
    },
    async infer(n) {
      let inference = inferences.get(n);
      if (!inference) {
        const size = n * (task.unseen.length / UNSEEN);
        const x = device.tensor(task.unseen.subarray(0, size), [n, ...REFERENCE_INPUT], 'u8');
        const set = { images: x, labels: device.zeros([n], 'u8') };
        inference = Inference.create(model, set);
        inferences.set(n, inference);
      }
      return inference.run();
    },
  };
}
