// Weights as a file: a network's parameters written as safetensors, read back by name, and given to another network.
import { nn } from 'weft';

const layers = () => [
  nn.conv2d({ filters: 8, kernel: 3 }),
  nn.relu(),
  nn.flatten(),
  nn.dense({ units: 10 }),
];

export async function main(device, print) {
  const first = new nn.Sequential(device, [8, 8, 1], layers(), { seed: 1 });
  const file = nn.writeSafetensors(await first.arena.read());
  print(`${file.length} bytes`);

  const { tensors } = nn.readSafetensors('first.safetensors', file);
  for (const [name, { shape }] of tensors) print(`${name} [${shape.join(', ')}]`);

  const second = new nn.Sequential(device, [8, 8, 1], layers(), { seed: 2 });
  second.arena.load(nn.loadWeights('first.safetensors', file, second.arena.parameters));
  const digests = [first, second].map(async ({ arena }) => nn.digestOf(await arena.read()));
  const [one, other] = await Promise.all(digests);
  print(one === other ? 'Both networks have the same weights now.' : 'They differ.');
  return one === other;
}
