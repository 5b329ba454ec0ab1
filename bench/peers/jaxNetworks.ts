// The networks of the race as jax-js' users write them: NCHW, filters OIHW, parameters in weft's order. An array that is
// handed to a function is given away; `ref` keeps it.
import * as jax from '@jax-js/jax';
import { NORM, type NetworkName } from './contender.ts';

const { lax, nn, numpy: np } = jax;
const { var_: varianceOf } = np;
export type Arrays = readonly jax.Array[];

/** Training, `mask` is dropout's and the second result what the statistics have become; else it is empty. */
type Forward = (
  parameters: Arrays,
  statistics: Arrays,
  x: jax.Array,
  training?: { readonly mask: jax.Array },
) => [logits: jax.Array, statistics: Arrays];

const pool = (x: jax.Array) => lax.reduceWindow(x, (window) => np.max(window), [2, 2], [2, 2]);
/** By channel. */
const shaped = (a: jax.Array) => a.reshape([-1, 1, 1]);

export const FORWARD: Readonly<Record<NetworkName, Forward>> = {
  reference(parameters, _, x, training) {
    const [w1, b1, w2, b2, w3, b3, w4, b4, w5, b5] = parameters as Ten;
    const conv = (x: jax.Array, w: jax.Array, b: jax.Array) =>
      nn.relu(lax.conv(x, w, [1, 1], 'VALID').add(shaped(b)));
    const features = conv(pool(conv(pool(conv(x, w1, b1)), w2, b2)), w3, b3);
    const flat = features.reshape([features.shape[0] as number, -1]);
    const hidden = nn.relu(np.matmul(flat, w4).add(b4));
    return [np.matmul(training ? hidden.mul(training.mask) : hidden, w5).add(b5), []];
  },

  air(parameters, statistics, x, training) {
    const [next, nextStatistic] = [taken(parameters), taken(statistics)];
    const moved: jax.Array[] = [];
    const conv = (x: jax.Array) => lax.conv(x, next(), [1, 1], 'SAME');
    const norm = (x: jax.Array) => {
      const [weight, bias, running, runningVariance] = [
        ...[next(), next()],
        ...[nextStatistic(), nextStatistic()],
      ] as [jax.Array, jax.Array, jax.Array, jax.Array];
      let [mean, variance] = [running, runningVariance];
      if (training) {
        const [N, , H, W] = x.shape as [number, number, number, number];
        [mean, variance] = [np.mean(x.ref, [0, 2, 3]), varianceOf(x.ref, [0, 2, 3])];
        const towards = (from: jax.Array, to: jax.Array, factor: number) =>
          from.mul(1 - NORM.momentum).add(lax.stopGradient(to.ref).mul(NORM.momentum * factor));
        const count = N * H * W;
        moved.push(
          towards(running, mean, 1),
          towards(runningVariance, variance, count / (count - 1)),
        );
      }
      const scale = weight.div(np.sqrt(variance.add(NORM.epsilon)));
      return x.sub(shaped(mean)).mul(shaped(scale)).add(shaped(bias));
    };
    const group = (x: jax.Array) => {
      const y = nn.relu(norm(pool(conv(x))));
      return y.ref.add(nn.relu(norm(conv(y))));
    };
    const features = np.max(group(group(group(x))), [2, 3]);
    training?.mask.dispose();
    return [np.matmul(features, next()).add(next()), moved];
  },
};

type Ten = [
  ...[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array],
  ...[jax.Array, jax.Array, jax.Array, jax.Array, jax.Array],
];

function taken(arrays: Arrays): () => jax.Array {
  let at = 0;
  return () => arrays[at++] as jax.Array;
}
