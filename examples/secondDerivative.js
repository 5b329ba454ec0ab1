// A gradient of a gradient: where a curve is flat, and how it bends there. Newton's method finds the place.
import { add, mul, valueAndGrad } from 'weft';

/** f(x) = sin x + x² / 10 */
const f = (x) => add(x.sin(), mul(x.square(), 0.1));

/** The derivative is a function of x like any other, so it has a derivative, too. */
const derivativeOf = (g) => (x) => valueAndGrad(() => g(x).sum(), [x]).grads[0];

export async function main(device, print) {
  const slope = derivativeOf(f);
  const bend = derivativeOf(slope);
  let x = device.tensor([-2, 3.5], [2]);
  for (let step = 0; step < 6; step++) {
    const [at, first, second] = await Promise.all([x, slope(x), bend(x)].map((t) => t.toArray()));
    print(`x = ${at.map((v) => v.toFixed(6))}, f' = ${first.map((v) => v.toFixed(6))}`);
    x = device.tensor(
      at.map((v, i) => v - first[i] / second[i]),
      [2],
    );
  }
  return x.toArray();
}
