// TensorFlow.js as a contender, on its WebGPU or its WASM backend: in its core API.
import * as tf from '@tensorflow/tfjs-core';
import { ADAM, type Contender, type Task, pixels } from './contender.ts';
import { FORWARD } from './tensorflowNetworks.ts';

/** On its WebGPU backend. */
export async function webgpu(task: Task): Promise<Contender> {
  await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend('webgpu');
  return tensorflow(task, 'webgpu', []);
}

/** Core has no gradients until they are registered. */
await import('@tensorflow/tfjs-core/dist/register_all_gradients');

/** @param notes what was done to it, to be told beside its figures */
export function tensorflow(
  task: Task,
  backend: 'webgpu' | 'wasm',
  notes: readonly string[],
): Contender {
  const { learningRate, beta1, beta2, eps } = ADAM;
  const adam = tf.train.adam(learningRate, beta1, beta2, eps);
  const weights = new Map<string, tf.Variable>();
  const statistics = new Map<string, tf.Variable>();
  let batches: { x: tf.Tensor; oneHot: tf.Tensor; mask: tf.Tensor }[] = [];
  const unseen = new Map<number, tf.Tensor>();
  let done = 0;
  let cost: tf.Tensor | undefined;

  const variable = (name: string): tf.Variable => {
    const found = weights.get(name) ?? statistics.get(name);
    if (!found) throw new Error(`there is no ${name} among ${[...weights.keys()].join()}`);
    return found;
  };
  const logits = (x: tf.Tensor, training?: { mask: tf.Tensor }) =>
    FORWARD[task.network](variable, x, training);

  const step = () => {
    const { x, oneHot, mask } = batches[done++ % batches.length] as (typeof batches)[number];
    const loss = () => tf.losses.softmaxCrossEntropy(oneHot, logits(x, { mask }));
    cost?.dispose();
    cost = tf.tidy(() => adam.minimize(loss, true, [...weights.values()]));
  };

  return {
    name: 'TensorFlow.js',
    version: tf.version_core,
    backend,
    notes,
    activate: () => tf.setBackend(backend),
    async prepare() {
      for (const [name, { data, shape }] of task.weights)
        weights.set(name, tf.variable(tf.tensor(data, shape)));
      for (const [name, { data, shape }] of task.statistics)
        statistics.set(name, tf.variable(tf.tensor(data, shape), false));
      batches = task.batches.map(({ x, oneHot, dropout }) => ({
        x: tf.tensor(x, [task.batch, 28, 28, 1]),
        oneHot: tf.tensor(oneHot, [task.batch, 10]),
        mask: tf.tensor(dropout, [task.batch, dropout.length / task.batch]),
      }));
    },
    train(n) {
      for (let i = 0; i < n; i++) step();
    },
    async finish() {
      await cost?.data(); // sends what is pending
      await tf.backend().device?.queue.onSubmittedWorkDone();
    },
    async loss() {
      if (!cost) throw new Error('no step was run yet');
      return (await cost.data())[0] as number;
    },
    async infer(n) {
      const x = unseen.get(n) ?? tf.tensor(pixels(task, n), [n, 28, 28, 1]);
      unseen.set(n, x);
      const y = tf.tidy(() => logits(x));
      const values = await y.data();
      y.dispose();
      return values;
    },
  };
}
