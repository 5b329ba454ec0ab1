// The formulas of the reference network as plain float64 loops over row-major arrays, forward and backward:
// convolution (valid, stride 1; a dense layer is one of 1x1 images), max pooling, cross-entropy, Adam.

export interface ConvDims {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
}

/** Calls f with the row of x and of w that meet in every output row, all three as offsets. */
function eachTap(
  { N, H, W, C, K, R, S }: ConvDims,
  f: (x: number, w: number, y: number) => void,
): void {
  const [P, Q] = [H - R + 1, W - S + 1];
  for (let n = 0; n < N; n++)
    for (let p = 0; p < P; p++)
      for (let q = 0; q < Q; q++)
        for (let r = 0; r < R; r++)
          for (let s = 0; s < S; s++)
            f(((n * H + p + r) * W + q + s) * C, (r * S + s) * C * K, ((n * P + p) * Q + q) * K);
}

/** y[n,p,q,k] = b[k] + Σ x[n,p+r,q+s,c] · w[r,s,c,k] */
export function conv(
  d: ConvDims,
  x: Float64Array,
  w: Float64Array,
  b: Float64Array | undefined,
): Float64Array {
  const { C, K } = d;
  const y = new Float64Array(d.N * (d.H - d.R + 1) * (d.W - d.S + 1) * K);
  if (b) for (let i = 0; i < y.length; i++) y[i] = b[i % K]!;
  eachTap(d, (ix, iw, iy) => {
    for (let c = 0; c < C; c++) {
      const value = x[ix + c]!;
      const row = iw + c * K;
      for (let k = 0; k < K; k++) y[iy + k]! += value * w[row + k]!;
    }
  });
  return y;
}

/** ∂/∂x, ∂/∂w and ∂/∂b of `conv` from dy. */
export function convGrad(d: ConvDims, x: Float64Array, w: Float64Array, dy: Float64Array) {
  const { C, K } = d;
  const [dx, dw] = [new Float64Array(x.length), new Float64Array(w.length)];
  const db = new Float64Array(K);
  for (let i = 0; i < dy.length; i++) db[i % K]! += dy[i]!;
  eachTap(d, (ix, iw, iy) => {
    for (let c = 0; c < C; c++) {
      const value = x[ix + c]!;
      const row = iw + c * K;
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += dy[iy + k]! * w[row + k]!;
        dw[row + k]! += value * dy[iy + k]!;
      }
      dx[ix + c]! += sum;
    }
  });
  return { dx, dw, db };
}

export interface PoolDims {
  readonly N: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  /** Height, width and stride of the windows. */
  readonly window: number;
}

/** y = max over windows that do not overlap; `at` is where in x each came from, the first of equals. */
export function maxPool({ N, H, W, C, window }: PoolDims, x: Float64Array) {
  const [P, Q] = [Math.floor(H / window), Math.floor(W / window)];
  const y = new Float64Array(N * P * Q * C).fill(-Infinity);
  const at = new Int32Array(y.length);
  for (let o = 0; o < y.length; o++) {
    const [c, q] = [o % C, Math.floor(o / C) % Q];
    const [p, n] = [Math.floor(o / (C * Q)) % P, Math.floor(o / (C * Q * P))];
    for (let r = 0; r < window; r++)
      for (let s = 0; s < window; s++) {
        const i = ((n * H + p * window + r) * W + q * window + s) * C + c;
        if (x[i]! > y[o]!) [y[o], at[o]] = [x[i]!, i];
      }
  }
  return { y, at };
}

/** Mean −log softmax(logits)[label] over the rows, and its gradient. */
export function crossEntropy(logits: Float64Array, labels: ArrayLike<number>, classes: number) {
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  for (let n = 0; n < labels.length; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = row.reduce((sum, z) => sum + Math.exp(z - top), 0);
    loss += (Math.log(total) + top - row[labels[n]!]!) / labels.length;
    for (let c = 0; c < classes; c++) {
      const target = c === labels[n] ? 1 : 0;
      gradient[n * classes + c] = (Math.exp(row[c]! - top) / total - target) / labels.length;
    }
  }
  return { loss, gradient };
}

/** The first step of Adam with PyTorch's defaults, from moments of 0. */
export function adamStep(p: ArrayLike<number>, g: ArrayLike<number>, rate: number) {
  const [m, v] = [new Float64Array(p.length), new Float64Array(p.length)];
  const moved = Float64Array.from(p, (value, i) => {
    m[i] = 0.1 * g[i]!;
    v[i] = 0.001 * g[i]! ** 2;
    return value - (rate * (m[i] / 0.1)) / (Math.sqrt(v[i] / 0.001) + 1e-8);
  });
  return { p: moved, m, v };
}

/** Largest |got − want| over the largest |want|; NaN counts as infinitely wrong. */
export function errorOf(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Infinity;
  let [worst, largest] = [0, 1e-30];
  for (let i = 0; i < want.length; i++) {
    const off = Math.abs(got[i]! - want[i]!);
    worst = Number.isNaN(off) ? Infinity : Math.max(worst, off);
    largest = Math.max(largest, Math.abs(want[i]!));
  }
  return worst / largest;
}
