// Rules for batch and layer normalization.
import type { Context, Rule, Rules, Shaped } from './rule.ts';

const LAYOUTS = { inputs: ['image'], output: 'image' } as const;
/** Before opset 14 a batch normalization that trains was another op. */
const isTraining = (c: Context<Shaped>) => c.number('training_mode', 0) === 1;

/** Moves running statistics towards those of a batch: momentum is what stays of the old ones. */
function moved<T extends Shaped>(c: Context<T>, old: T, found: T, momentum: number): T {
  const stays = c.op.mul(old, c.scalar(momentum));
  return c.op.add(stays, c.op.mul(found, c.scalar(1 - momentum)));
}

/** By the given statistics; tensors of two axes are plain rows. */
const given: Rule['run'] = (c) =>
  c.op.batchNorm(c.x(0), c.x(3), c.x(4), c.x(1), c.x(2), { epsilon: c.number('epsilon', 1e-5) });

export const normalization: Rules = {
  BatchNormalization: {
    layouts: LAYOUTS,
    run(c) {
      if (!isTraining(c)) return given(c);
      const [stays, epsilon] = [c.number('momentum', 0.9), c.number('epsilon', 1e-5)];
      const found = c.op.batchNormTraining(c.x(0), c.x(1), c.x(2), { epsilon });
      const running = moved(c, c.x(3), found.mean, stays);
      return [found.y, running, moved(c, c.x(4), found.variance, stays)];
    },
  },
  BatchNormGivenStats: { run: given },
  /** Of float64/: y, the running mean and variances, unbiased and biased, and what they make of x. */
  BatchNormTraining: {
    layouts: LAYOUTS,
    run(c) {
      const [x, weight, bias, epsilon] = [c.x(0), c.x(1), c.x(2), c.number('epsilon', 1e-5)];
      const found = c.op.batchNormTraining(x, weight, bias, { epsilon });
      const stays = 1 - c.number('momentum', 0.1);
      const n = x.shape.slice(0, -1).reduce((product, d) => product * d, 1);
      const unbiased = c.op.mul(found.variance, c.scalar(n / (n - 1)));
      const mean = moved(c, c.x(3), found.mean, stays);
      const variance = moved(c, c.x(4), unbiased, stays);
      const biased = moved(c, c.x(4), found.variance, stays);
      const after = c.op.batchNorm(x, mean, variance, weight, bias, { epsilon });
      return [found.y, mean, variance, biased, after];
    },
  },
  LayerNormalization: {
    run(c) {
      const x = c.x(0);
      const axis = c.number('axis', -1);
      const first = axis < 0 ? axis + x.shape.length : axis;
      const axes = x.shape.flatMap((_, i) => (i < first ? [] : [i]));
      return c.op.layerNorm(x, c.x(1), c.optional(2), { axes, epsilon: c.number('epsilon', 1e-5) });
    },
  },
};
