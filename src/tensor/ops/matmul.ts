// matmul: products of matrices and of stacks of them.
import source from '../../shaders/matmulBatched.wgsl?raw';
import { TensorError } from '../errors.ts';
import { ceilDiv } from '../grid.ts';
import { kernel } from '../kernel.ts';
import { defineOp } from '../op.ts';
import { type OptionKinds, boolean, checkOptions } from '../options.ts';
import { broadcast, dim, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { contract, contractFilterGrad, contractInputGrad } from './contraction.ts';
import { denseShape } from './convShape.ts';
import { fill } from './fill.ts';
import { broadcastTo } from './broadcast.ts';
import { transpose } from './movement.ts';
import { reshape } from './view.ts';

/** Of `matmul`. */
export interface MatmulOptions {
  /** Read a as if its last two axes were swapped. */
  readonly transposeA?: boolean | undefined;
  readonly transposeB?: boolean | undefined;
}

const matmulKinds: OptionKinds<MatmulOptions> = { transposeA: boolean, transposeB: boolean };

const batched = kernel('matmulBatched', source);

/** Sizes of one product: [rows, depth] · [depth, columns]. */
function sizes(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: MatmulOptions) {
  const [a0, a1] = [dim(a.shape, a.shape.length - 2), dim(a.shape, a.shape.length - 1)];
  const [b0, b1] = [dim(b.shape, b.shape.length - 2), dim(b.shape, b.shape.length - 1)];
  const [rows, depth] = transposeA ? [a1, a0] : [a0, a1];
  const [taken, columns] = transposeB ? [b1, b0] : [b0, b1];
  if (depth !== taken) {
    const how = transposeA || transposeB ? ` (transposed: a ${transposeA}, b ${transposeB})` : '';
    throw new TensorError(
      `matmul: a ${show(a.shape)} and b ${show(b.shape)}${how} disagree: ${depth} against ${taken}`,
    );
  }
  return { rows, depth, columns, transposeA, transposeB };
}

/** Two matrices. The three contractions of a convolution are the three ways to read them. */
const product = defineOp('matmul', {
  inputs: ['a', 'b'],
  options: matmulKinds,
  shape({ a, b }, options: MatmulOptions) {
    const { rows, columns } = sizes(a, b, options);
    return [rows, columns];
  },
  run({ a, b, y }, options) {
    const { rows, depth, columns, transposeA, transposeB } = sizes(a, b, options);
    if (depth === 0) {
      fill(y, 0); // sums of nothing
    } else if (transposeA && transposeB) {
      const upright = transpose(a);
      contractInputGrad({ dy: upright, w: b, dx: y }, { s: denseShape(rows, columns, depth) });
    } else if (transposeA) {
      const db = y.device.empty([columns]); // comes with dw, and nobody wants it
      contractFilterGrad({ x: a, dy: b, dw: y, db }, { s: denseShape(depth, rows, columns) });
    } else if (transposeB) {
      contractInputGrad({ dy: a, w: b, dx: y }, { s: denseShape(rows, columns, depth) });
    } else {
      contract({ x: a, w: b, y }, { s: denseShape(rows, depth, columns) });
    }
  },
  vjp: (t, options, wants) => gradients(t, options, wants),
});

/** Stacks [N,·,·] of equally many matrices. */
const stackProduct = defineOp('matmul', {
  inputs: ['a', 'b'],
  options: matmulKinds,
  shape({ a, b }, options: MatmulOptions) {
    const { rows, columns } = sizes(a, b, options);
    return [dim(a.shape, 0), rows, columns];
  },
  run({ a, b, y }, options) {
    const { rows, depth, columns, transposeA, transposeB } = sizes(a, b, options);
    const N = dim(a.shape, 0);
    if (depth === 0) return void fill(y, 0); // sums of nothing
    a.device.launch(
      batched,
      {
        ...{ N, ROWS: rows, COLUMNS: columns, DEPTH: depth },
        ...{ TRANSPOSE_A: transposeA, TRANSPOSE_B: transposeB },
      },
      { a, b, y },
      [ceilDiv(columns, 8), ceilDiv(rows, 8), Math.min(N, 65_535)],
    );
  },
  vjp: (t, options, wants) => gradients(t, options, wants),
});

/** For y = A·B: dA = dy·Bᵀ and dB = Aᵀ·dy, each transposed where the operand is stored so. */
function gradients(
  { a, b, dy }: { a: Tensor; b: Tensor; dy: Tensor },
  { transposeA = false, transposeB = false }: MatmulOptions,
  wants: { a: boolean; b: boolean },
): { a: Tensor | undefined; b: Tensor | undefined } {
  const multiply = a.shape.length === 2 ? product : stackProduct;
  const da = () =>
    transposeA
      ? multiply(b, dy, { transposeA: transposeB, transposeB: true })
      : multiply(dy, b, { transposeB: !transposeB });
  const db = () =>
    transposeB
      ? multiply(dy, a, { transposeA: true, transposeB: transposeA })
      : multiply(a, dy, { transposeA: !transposeA });
  return { a: wants.a ? da() : undefined, b: wants.b ? db() : undefined };
}

/**
 * Matrix product: y[…,i,j] = Σ_k a[…,i,k] · b[…,k,j]. Leading axes are a stack and broadcast; a 1-D
 * operand is a row on the left and a column on the right, as in NumPy. Over no k the sums are 0.
 * @throws TensorError when the shapes do not fit
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkOptions('matmul', options, matmulKinds);
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new TensorError(`matmul: a scalar is no matrix: a ${show(a.shape)}, b ${show(b.shape)}`);
  }
  if (a.shape.length === 1) {
    const y = matmul(reshape(a, [1, a.size]), b, { ...options, transposeA: false });
    return reshape(y, y.shape.toSpliced(b.shape.length === 1 ? -1 : -2, 1));
  }
  if (b.shape.length === 1) {
    const y = matmul(a, reshape(b, [b.size, 1]), { ...options, transposeB: false });
    return reshape(y, y.shape.slice(0, -1));
  }
  if (a.shape.length === 2 && b.shape.length === 2) return product(a, b, options);
  const stack = broadcast('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const flat = (t: Tensor) => {
    const whole = broadcastTo(t, [...stack, ...t.shape.slice(-2)]);
    return reshape(whole, [sizeOf(stack), ...t.shape.slice(-2)]);
  };
  const y = stackProduct(flat(a), flat(b), options);
  return reshape(y, [...stack, ...y.shape.slice(-2)]);
}
