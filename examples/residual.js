// A residual block and a layer of one's own, trained on images that are drawn here: ten bands, one for each class.
import { nn } from 'weft';

/** y = x · scale + shift, with two learned numbers for each channel. */
const affine = {
  kind: 'affine',
  build: (input) => ({
    outputShape: input,
    parameters: [
      { name: 'scale', shape: input.slice(-1), initializer: nn.ones },
      { name: 'shift', shape: input.slice(-1), initializer: nn.zeros },
    ],
  }),
  forward: (x, { parameters: [scale, shift] }) => x.mul(scale).add(shift),
};

const conv = () => nn.conv2d({ filters: 8, kernel: 3, padding: 'same', useBias: false });
const block = () => nn.residual(nn.sequential(conv(), affine, nn.relu(), conv(), affine));

const COUNT = 640;
const SIZE = 20;

export async function main(device, print) {
  const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 10);
  const pixels = Uint8Array.from({ length: COUNT * SIZE * SIZE }, (_, i) => {
    const row = Math.floor((i % (SIZE * SIZE)) / SIZE);
    const isBright = row >> 1 === labels[Math.floor(i / (SIZE * SIZE))];
    return (isBright ? 160 : 0) + ((i * 7919) % 90);
  });

  const layers = [
    conv(),
    block(),
    nn.relu(),
    nn.maxPool2d({ window: 2 }),
    nn.flatten(),
    nn.dense({ units: 10 }),
  ];
  const model = new nn.Sequential(device, [SIZE, SIZE, 1], layers, { seed: 1 });
  print(nn.formatSummary(model.summary()));

  const step = nn.TrainStep.create(model, {
    loss: nn.softmaxCrossEntropy,
    optimizer: nn.adam({ learningRate: 0.003 }),
    data: {
      images: device.tensor(pixels, [COUNT, SIZE, SIZE, 1], 'u8'),
      labels: device.tensor(labels, [COUNT], 'u8'),
    },
    batch: 32,
  });
  step.run(100);
  const { loss } = await step.metrics(0);
  print(
    `loss: ${loss[0].toFixed(2)} at first, ${loss.at(-1).toFixed(3)} after ${loss.length} steps`,
  );
  return loss.at(-1);
}
