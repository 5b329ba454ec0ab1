// jax-js as a contender: one jitted function of (state, batch), as its users write it. Its convolutions are
// NCHW with filters OIHW, so weights and images are laid out for it at the border.
import * as jax from '@jax-js/jax';
import {
  ADAM,
  type Contender,
  type NetworkName,
  type Task,
  type Weight,
  pixels,
} from './contender.ts';
import { type Arrays, FORWARD } from './jaxNetworks.ts';

const { nn, numpy: np } = jax;

/** @param version of the package, which does not tell it itself */
export async function jaxJs(task: Task, version: string): Promise<Contender> {
  const { batch } = task;
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  let parameters: Arrays = [];
  let statistics: Arrays = [];
  let m: Arrays = [];
  let v: Arrays = [];
  let count = np.zeros([]);
  let batches: { x: jax.Array; oneHot: jax.Array; mask: jax.Array }[] = [];
  const unseen = new Map<number, jax.Array>();
  let done = 0;
  let cost: jax.Array | undefined;

  const train = jax.jit(trainStep(task.network));
  const predict = jax.jit(
    (p: Arrays, s: Arrays, x: jax.Array) => FORWARD[task.network](p, s, x)[0],
  );
  const keep = (arrays: Arrays): Arrays => arrays.map(({ ref }) => ref);

  const step = () => {
    const { x, oneHot, mask } = batches[done++ % batches.length] as (typeof batches)[number];
    cost?.dispose();
    [parameters, statistics, m, v, count, cost] = train(
      ...([parameters, statistics, m, v, count, x.ref, oneHot.ref, mask.ref] as const),
    );
  };

  return {
    name: 'jax-js',
    version,
    backend: 'webgpu',
    notes: ['activations NCHW, as its convolutions take them', 'jit over the whole step'],
    async prepare() {
      const arraysOf = (weights: Task['weights']): Arrays =>
        [...weights].map(([name, weight]) => {
          const { data, shape } = inItsLayout(name, weight, task.network);
          return np.array(data).reshape(shape);
        });
      parameters = arraysOf(task.weights);
      statistics = arraysOf(task.statistics);
      m = parameters.map(({ shape }) => np.zeros(shape));
      v = parameters.map(({ shape }) => np.zeros(shape));
      batches = task.batches.map(({ x, oneHot, dropout }) => ({
        x: np.array(x).reshape([batch, 1, 28, 28]),
        oneHot: np.array(oneHot).reshape([batch, 10]),
        mask: np.array(dropout).reshape([batch, dropout.length / batch]),
      }));
      await jax.blockUntilReady([
        parameters,
        statistics,
        batches.flatMap((b) => [b.x, b.oneHot, b.mask]),
      ]);
    },
    train(n) {
      for (let i = 0; i < n; i++) step();
    },
    async finish() {
      if (cost) await jax.blockUntilReady(cost); // sends what is pending: jax-js is lazy
      await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
    },
    async loss() {
      if (!cost) throw new Error('no step was run yet');
      return (await cost.ref.data())[0] as number;
    },
    async infer(n) {
      const x = unseen.get(n) ?? np.array(pixels(task, n)).reshape([n, 1, 28, 28]);
      unseen.set(n, x);
      return predict(keep(parameters), keep(statistics), x.ref).data();
    },
  };
}

type State = [parameters: Arrays, statistics: Arrays, m: Arrays, v: Arrays, count: jax.Array];

/** A step of the network. It consumes all it is given; `count` is f32 [], steps done. */
const trainStep = (network: NetworkName) =>
  function step(
    ...[parameters, statistics, m, v, count, x, oneHot, mask]: [
      ...State,
      ...[x: jax.Array, oneHot: jax.Array, mask: jax.Array],
    ]
  ): [...State, loss: jax.Array] {
    const crossEntropy = (
      p: Arrays,
      s: Arrays,
      x: jax.Array,
      oneHot: jax.Array,
      mask: jax.Array,
    ): [jax.Array, Arrays] => {
      const batch = x.shape[0] as number;
      const [logits, moved] = FORWARD[network](p, s, x, { mask });
      return [nn.logSoftmax(logits).mul(oneHot).sum().div(-batch), moved];
    };
    const [[loss, moved], gradients] = jax.valueAndGrad(crossEntropy, { hasAux: true })(
      parameters.map(({ ref }) => ref),
      statistics,
      x,
      oneHot,
      mask,
    );
    const t = count.add(1);
    const correction1 = np.power(ADAM.beta1, t.ref).mul(-1).add(1);
    const correction2 = np.power(ADAM.beta2, t.ref).mul(-1).add(1);
    const newM: jax.Array[] = [];
    const newV: jax.Array[] = [];
    const newParameters = parameters.map((p, i) => {
      const g = gradients[i] as jax.Array;
      const mi = (m[i] as jax.Array).mul(ADAM.beta1).add(g.ref.mul(1 - ADAM.beta1));
      const vi = (v[i] as jax.Array).mul(ADAM.beta2).add(np.square(g).mul(1 - ADAM.beta2));
      newM.push(mi.ref);
      newV.push(vi.ref);
      const root = np.sqrt(vi.div(correction2.ref)).add(ADAM.eps);
      return p.sub(mi.div(correction1.ref).div(root).mul(ADAM.learningRate));
    });
    correction1.dispose();
    correction2.dispose();
    return [newParameters, moved, newM, newV, t, loss];
  };

interface Owned {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** [R,S,C,K] as [K,C,R,S]; of the reference's first dense layer the rows, which follow the flattened image's order. */
function inItsLayout(name: string, { shape, data }: Weight, network: NetworkName): Owned {
  if (shape.length === 4) {
    const [R, S, C, K] = shape as [number, number, number, number];
    return { shape: [K, C, R, S], data: permuted(data, [R, S, C, K], [3, 2, 0, 1]) };
  }
  if (network === 'reference' && name === 'fc1.weight') {
    const [I, O] = shape as [number, number];
    const K = 128;
    const side = Math.sqrt(I / K);
    return { shape, data: permuted(data, [side, side, K, O], [2, 0, 1, 3]) };
  }
  return { shape, data: Float32Array.from(data) };
}

/** A tensor's values with its axes in another order. */
function permuted(data: Float32Array, shape: Four, order: Four): Float32Array<ArrayBuffer> {
  const strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1];
  const sizes = order.map((axis) => shape[axis] as number) as Four;
  const steps = order.map((axis) => strides[axis] as number) as Four;
  const out = new Float32Array(data.length);
  let at = 0;
  for (let a = 0; a < sizes[0]; a++)
    for (let b = 0; b < sizes[1]; b++)
      for (let c = 0; c < sizes[2]; c++)
        for (let d = 0; d < sizes[3]; d++)
          out[at++] = data[a * steps[0] + b * steps[1] + c * steps[2] + d * steps[3]] as number;
  return out;
}

type Four = [number, number, number, number];
