// An autoencoder: targets are the images themselves, through eight numbers, with a loss that is chosen by name.
import { nn } from 'weft';

const COUNT = 192;
const SIDE = 8;

export async function main(device, print) {
  const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE }, (_, i) => {
    const [row, column] = [Math.floor((i % 64) / SIDE), i % SIDE];
    const image = Math.floor(i / 64);
    return row === image % SIDE || column === (image >> 3) % SIDE ? 240 : 10; // a cross somewhere
  });
  const images = device.tensor(pixels, [COUNT, SIDE, SIDE, 1], 'u8');

  const image = (x) => x.reshape([x.shape[0], SIDE, SIDE, 1]);
  const model = new nn.Sequential(
    device,
    [SIDE, SIDE, 1],
    [
      nn.flatten(),
      nn.dense({ units: 32 }),
      nn.relu(),
      nn.dense({ units: 8 }),
      nn.relu(),
      nn.dense({ units: SIDE * SIDE }),
      nn.lambda(image, { outputShape: () => [SIDE, SIDE, 1] }),
    ],
  );

  const step = nn.TrainStep.create(model, {
    loss: nn.binaryCrossEntropyWithLogits,
    optimizer: nn.adam({ learningRate: 0.01 }),
    data: { images, targets: images },
    batch: 32,
  });
  step.run(300);
  const { loss } = await step.metrics(0);
  print(
    `loss: ${loss[0].toFixed(3)} at first, ${loss.at(-1).toFixed(3)} after ${loss.length} steps`,
  );
  return loss.at(-1);
}
