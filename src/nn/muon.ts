// Muon: steps whose matrix is made orthogonal, by matrix products; Adam for what is no matrix.
import { type Tensor, add, div, matmul, mul, norm, reshape } from '../tensor/index.ts';
import {
  type OptionKinds,
  boolean,
  callable,
  checkOptions,
  finite,
  whole,
} from '../tensor/options.ts';
import type { Parameter } from './arena.ts';
import type { Optimizer } from './optimizers.ts';
import { type Schedule, rateKind, toSchedule } from './schedule.ts';

/** Of `muon`. */
export interface MuonOptions {
  /** One for all steps, or a schedule; by default 0.02. */
  readonly learningRate?: number | Schedule;
  /** By default 0.95. */
  readonly momentum?: number;
  /** Look ahead along the momentum. By default true. */
  readonly nesterov?: boolean;
  /** Taken from p directly, as lr · weightDecay · p. By default 0. */
  readonly weightDecay?: number;
  /** Of the iteration that makes a step orthogonal; by default 5. */
  readonly iterations?: number;
  /** Which parameters are moved by it; by default matrices and filters, what has two axes or more. */
  readonly takes?: (parameter: Pick<Parameter, 'name' | 'shape'>) => boolean;
  /** For the others, moved by Adam: what the learning rate is multiplied by; by default 0.015. */
  readonly ratio?: number;
  /** Adam's, by default 0.9. */
  readonly beta1?: number;
  /** Adam's, by default 0.999. */
  readonly beta2?: number;
  /** Adam's, by default 1e-8. */
  readonly eps?: number;
}

const share = finite({ from: 0, below: 1 });
const muonKinds: OptionKinds<MuonOptions> = {
  learningRate: rateKind,
  momentum: share,
  nesterov: boolean,
  weightDecay: finite({ from: 0 }),
  iterations: whole({ from: 1 }),
  takes: callable,
  ratio: finite({ from: 0 }),
  beta1: share,
  beta2: share,
  eps: finite({ from: 1e-30 }),
};

/**
 * Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): m ← momentum · m + g; u = m, or with Nesterov
 * g + momentum · m; p ← p − lr · (√max(1, O / I) · orthogonalized(u) + weightDecay · p), where u is a matrix [I,O], a filter
 * [R,S,C,K] taken as [R·S·C,K]. All other parameters are moved by Adam at lr · ratio. It does not go together with
 * gradient accumulation.
 * @throws TensorError on options that mean nothing
 */
export function muon(options: MuonOptions = {}): Optimizer {
  checkOptions('muon', options, muonKinds);
  const { learningRate = 0.02, momentum = 0.95, nesterov = true, weightDecay = 0 } = options;
  const { iterations = 5, ratio = 0.015, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = options;
  const { takes = ({ shape }) => shape.length >= 2 } = options;
  return {
    name: 'muon',
    learningRate: toSchedule(learningRate),
    options: { momentum, nesterov, weightDecay, iterations, ratio, beta1, beta2, eps },
    moments: ['m', 'v'],
    constants: {
      ...{ BETA1: beta1, BETA2: beta2, GAIN1: 1 - beta1, GAIN2: 1 - beta2, EPS: eps },
      ...{ RATIO: ratio, WEIGHT_DECAY: weightDecay },
    },
    row: (step, rate) => [rate, 1 / (1 - beta1 ** (step + 1)), 1 / (1 - beta2 ** (step + 1)), 0],
    wgsl: `if (group.z > 0.0) {
             p = p - lr * (g + WEIGHT_DECAY * group.y * p);
           } else {
             m = BETA1 * m + GAIN1 * g;
             v = BETA2 * v + GAIN2 * g * g;
             p = p - lr * WEIGHT_DECAY * group.y * p;
             p = p - lr * RATIO * (m * row.y) / (sqrt(v * row.z) + EPS);
           }`,
    directs: takes,
    direction(g, [m]) {
      const { device, shape } = g;
      const sum = add(mul(m as Tensor, momentum), g);
      device.copy(sum, m as Tensor);
      const u = nesterov ? add(mul(sum, momentum), g) : sum;
      const outs = shape.at(-1) ?? 1;
      const ins = g.size / outs;
      const y = orthogonalized(reshape(u, [ins, outs]), iterations);
      return reshape(mul(y, Math.sqrt(Math.max(1, outs / ins))), shape);
    },
  };
}

/** x ← a · x + b · (x xᵀ) x + c · (x xᵀ)² x drives singular values from 0..1 to about 1; the slope at 0 is as steep as it gets. */
const [A, B, C] = [3.4445, -4.775, 2.0315] as const;

/**
 * A matrix with the singular vectors of x [I,O] and singular values of about 1, within 0.7 to 1.2 after five iterations of
 * Newton and Schulz's method in Jordan's variant. Whichever of x xᵀ and xᵀ x is smaller is computed.
 */
export function orthogonalized(x: Tensor, iterations: number): Tensor {
  const [I = 1, O = 1] = x.shape;
  let y = div(x, add(norm(x), 1e-7));
  for (let i = 0; i < iterations; i++) {
    const isWide = I <= O;
    const square = matmul(y, y, isWide ? { transposeB: true } : { transposeA: true });
    const polynomial = add(mul(square, B), mul(matmul(square, square), C));
    const rest = isWide ? matmul(polynomial, y) : matmul(y, polynomial);
    y = add(mul(y, A), rest);
  }
  return y;
}
