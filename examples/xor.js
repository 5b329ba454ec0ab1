// XOR, learned by a network of two layers: ops and autograd alone, no layer, no optimizer.
import { matmul, mul, sub, valueAndGrad } from 'weft';

const HIDDEN = 8;
const RATE = 0.5;
const STEPS = 200;

export async function main(device, print) {
  const inputs = device.tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
  const targets = device.tensor([0, 1, 1, 0], [4, 1]);

  // Any numbers that are not all alike: the layers start different from each other.
  const begin = (...shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return device.tensor(
      Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1)),
      shape,
    );
  };
  let parameters = [begin(2, HIDDEN), begin(HIDDEN), begin(HIDDEN, 1), begin(1)];

  const predict = ([w1, b1, w2, b2]) =>
    matmul(matmul(inputs, w1).add(b1).tanh(), w2).add(b2).sigmoid();
  const lossOf = (of) => predict(of).sub(targets).square().mean();

  let loss;
  for (let step = 0; step < STEPS; step++) {
    // What is made inside a scope is freed at its end, but for what it returns.
    [loss, ...parameters] = device.scope(() => {
      const { value, grads } = valueAndGrad(() => lossOf(parameters), parameters);
      return [value, ...parameters.map((p, i) => sub(p, mul(grads[i], RATE * HIDDEN)))];
    });
  }
  print(`loss after ${STEPS} steps: ${(await loss.item()).toFixed(4)}`);
  const answers = await predict(parameters).toArray();
  answers.forEach(([y], i) => print(`${i >> 1} xor ${i & 1} = ${y.toFixed(2)}`));
  return answers.flat().map(Math.round);
}
