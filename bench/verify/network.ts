// The reference network in float64, forward and backward, on given weights, a given batch and a given dropout mask.
import { type ConvDims, conv, convGrad, crossEntropy, maxPool } from './float64.ts';

/** One layer at work: y from x, and from dy the dx, noting the gradients of its parameters. */
interface Stage {
  readonly forward: (x: Float64Array) => Float64Array;
  readonly backward: (dy: Float64Array) => Float64Array;
}

export interface Given {
  readonly batch: number;
  readonly x: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** By name, as in the arena. */
  readonly weights: ReadonlyMap<string, { readonly data: ArrayLike<number> }>;
  /** What dropout multiplies with. */
  readonly mask: ArrayLike<number>;
}

export interface Computed {
  readonly loss: number;
  readonly logits: Float64Array;
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

const CLASSES = 10;

/** conv 32, pool, conv 64, pool, conv 128, dense 128, dropout, dense 10, a ReLU after all but the last. */
export function referenceStep({ batch: N, x, labels, weights, mask }: Given): Computed {
  const gradients = new Map<string, Float64Array>();
  const stages: Stage[] = [
    weighted('conv1', { N, H: 28, W: 28, C: 1, K: 32, R: 3, S: 3 }),
    relu(),
    pool(26, 26, 32),
    weighted('conv2', { N, H: 13, W: 13, C: 32, K: 64, R: 3, S: 3 }),
    relu(),
    pool(11, 11, 64),
    weighted('conv3', { N, H: 5, W: 5, C: 64, K: 128, R: 3, S: 3 }),
    relu(),
    weighted('fc1', { N, H: 1, W: 1, C: 1152, K: 128, R: 1, S: 1 }),
    relu(),
    dropout(),
    weighted('fc2', { N, H: 1, W: 1, C: 128, K: CLASSES, R: 1, S: 1 }),
  ];
  const logits = stages.reduce<Float64Array>(
    (input, { forward }) => forward(input),
    Float64Array.from(x),
  );
  const { loss, gradient } = crossEntropy(logits, labels, CLASSES);
  stages.reduceRight<Float64Array>((dy, { backward }) => backward(dy), gradient);
  return { loss, logits, gradients };

  function weighted(name: string, dims: ConvDims): Stage {
    const of = (part: string) => Float64Array.from(weights.get(`${name}.${part}`)?.data ?? []);
    const [w, b] = [of('weight'), of('bias')];
    let input: Float64Array = new Float64Array();
    return {
      forward: (x) => conv(dims, (input = x), w, b),
      backward(dy) {
        const { dx, dw, db } = convGrad(dims, input, w, dy);
        gradients.set(`${name}.weight`, dw);
        gradients.set(`${name}.bias`, db);
        return dx;
      },
    };
  }

  function relu(): Stage {
    let y: Float64Array = new Float64Array();
    return {
      forward: (x) => (y = x.map((v) => Math.max(0, v))),
      backward: (dy) => dy.map((v, i) => (y[i]! > 0 ? v : 0)),
    };
  }

  function pool(H: number, W: number, C: number): Stage {
    let at = new Int32Array();
    return {
      forward(x) {
        const pooled = maxPool({ N, H, W, C, window: 2 }, x);
        at = pooled.at;
        return pooled.y;
      },
      backward(dy) {
        const dx = new Float64Array(N * H * W * C);
        dy.forEach((v, o) => (dx[at[o]!]! += v));
        return dx;
      },
    };
  }

  function dropout(): Stage {
    const masked = (x: Float64Array) => x.map((v, i) => v * mask[i]!);
    return { forward: masked, backward: masked };
  }
}
