// Verification before timing: the convolutions of the reference network, forward and both gradients, held
// against float64 sums at sampled places.
import { type Device, conv2d, mul, sum, valueAndGrad } from '../src/tensor/index.ts';

export interface ConvCase {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly K: number;
  readonly R: number;
}

const SAMPLES = 64;

/** Largest error of y, dx and dw at sampled places, relative to the largest magnitude there. */
export async function convError(device: Device, c: ConvCase): Promise<number> {
  const { N, H, W, C, K, R } = c;
  const [P, Q] = [H - R + 1, W - R + 1];
  const random = uniform(1);
  const host = (n: number) => Float32Array.from({ length: n }, random);
  const [x, w, g] = [host(N * H * W * C), host(R * R * C * K), host(N * P * Q * K)];
  const tx = device.tensor(x, [N, H, W, C]);
  const tw = device.tensor(w, [R, R, C, K]);
  const tg = device.tensor(g, [N, P, Q, K]);
  const { aux, grads } = valueAndGrad(() => {
    const y = conv2d(tx, tw, undefined);
    return [sum(mul(y, tg)), y];
  }, [tx, tw]);
  const [y, dx, dw] = await Promise.all([...aux, ...grads].map((t) => t.data()));
  const at = (data: ArrayLike<number> | undefined, i: number) => data?.[i] ?? NaN;

  const pick = (n: number) => Math.floor((random() + 0.5) * n) % n;
  const pairs: [got: number, want: number][] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const [n, k, ch] = [pick(N), pick(K), pick(C)];
    const [p, q, h, v, r, s] = [pick(P), pick(Q), pick(H), pick(W), pick(R), pick(R)];
    let wantY = 0;
    let wantDx = 0;
    let wantDw = 0;
    for (let a = 0; a < R; a++) {
      for (let b = 0; b < R; b++) {
        for (let e = 0; e < C; e++) {
          wantY +=
            at(x, ((n * H + p + a) * W + q + b) * C + e) * at(w, ((a * R + b) * C + e) * K + k);
        }
        const [pp, qq] = [h - a, v - b];
        if (pp < 0 || qq < 0 || pp >= P || qq >= Q) continue;
        for (let e = 0; e < K; e++) {
          wantDx += at(g, ((n * P + pp) * Q + qq) * K + e) * at(w, ((a * R + b) * C + ch) * K + e);
        }
      }
    }
    for (let m = 0; m < N; m++) {
      for (let a = 0; a < P; a++) {
        for (let b = 0; b < Q; b++) {
          wantDw +=
            at(x, ((m * H + a + r) * W + b + s) * C + ch) * at(g, ((m * P + a) * Q + b) * K + k);
        }
      }
    }
    pairs.push([at(y, ((n * P + p) * Q + q) * K + k), wantY]);
    pairs.push([at(dx, ((n * H + h) * W + v) * C + ch), wantDx]);
    pairs.push([at(dw, ((r * R + s) * C + ch) * K + k), wantDw]);
  }
  const scale = Math.max(...pairs.map(([, want]) => Math.abs(want)));
  return Math.max(...pairs.map(([got, want]) => Math.abs(got - want))) / scale;
}

/** Numbers in −0.5..0.5 from a linear congruential generator (Numerical Recipes): the same on every run. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
