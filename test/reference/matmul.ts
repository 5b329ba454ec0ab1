// Matrix products, batched and broadcast as NumPy's matmul.
import type { MatmulOptions } from '../engine.ts';
import { type Array64, at, broadcast, broadcastPositions, sizeOf, sumOfProducts } from './array.ts';
import { add } from './elementwise.ts';
import { reshape } from './shape.ts';

/** y[…,m,n] = Σ_k a[…,m,k] · b[…,k,n]; a 1-D operand is a row (a) or a column (b) that vanishes after. */
export function matmul(
  a: Array64,
  b: Array64,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): Array64 {
  if (a.shape.length === 1) {
    const y = matmul(reshape(a, [1, ...a.shape]), b, { transposeB });
    return reshape(y, y.shape.toSpliced(b.shape.length === 1 ? 0 : -2, 1));
  }
  if (b.shape.length === 1) {
    const y = matmul(a, reshape(b, [...b.shape, 1]), { transposeA });
    return reshape(y, y.shape.slice(0, -1));
  }
  const [rowsA, columnsA] = [at(a.shape, a.shape.length - 2), at(a.shape, a.shape.length - 1)];
  const [rowsB, columnsB] = [at(b.shape, b.shape.length - 2), at(b.shape, b.shape.length - 1)];
  const [m, inner] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast(batchA, batchB);
  const [atA, atB] = [broadcastPositions(batchA, batch), broadcastPositions(batchB, batch)];
  return sumOfProducts([...batch, m, n], a, b, (term) => {
    for (let matrix = 0; matrix < sizeOf(batch); matrix++) {
      const [startA, startB] = [at(atA, matrix) * m * inner, at(atB, matrix) * inner * n];
      for (let row = 0; row < m; row++)
        for (let column = 0; column < n; column++)
          for (let k = 0; k < inner; k++)
            term(
              (matrix * m + row) * n + column,
              1,
              startA + (transposeA ? k * m + row : row * inner + k),
              startB + (transposeB ? column * inner + k : k * n + column),
            );
    }
  });
}

/** x·w + b with w [I,O]. */
export function linear(x: Array64, w: Array64, b?: Array64): Array64 {
  const product = matmul(x, w);
  return b === undefined ? product : add(product, b);
}
