// A network as code for Keras and PyTorch; where a Python with PyTorch is found, it computes the same from our weights.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kerasCode } from '../src/app/export/keras.ts';
import { pytorchCode, pytorchWeights } from '../src/app/export/pytorch.ts';
import { builtTree } from '../src/app/export/python.ts';
import * as nn from '../src/nn/index.ts';
import { testDevice } from './gpu.ts';

const reference = builtTree([28, 28, 1], nn.referenceNetwork());

describe('Keras code', () => {
  test('of the reference network is what one would write', () => {
    expect(kerasCode(reference, 'The reference network')).toBe(`# The reference network
# Pixels are divided by 255; what comes out are logits.
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3, name="conv1"),
    layers.Activation("relu", name="relu1"),
    layers.MaxPooling2D(2, name="pool1"),
    layers.Conv2D(64, 3, name="conv2"),
    layers.Activation("relu", name="relu2"),
    layers.MaxPooling2D(2, name="pool2"),
    layers.Conv2D(128, 3, name="conv3"),
    layers.Activation("relu", name="relu3"),
    layers.Flatten(name="flatten1"),
    layers.Dense(128, name="fc1"),
    layers.Activation("relu", name="relu4"),
    layers.Dropout(0.5, name="drop1"),
    layers.Dense(10, name="fc2"),
])

model.summary()
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
`);
  });

  test('of a residual network names both ways', () => {
    const code = kerasCode(builtTree([8, 8, 3], nn.resnet({ blocks: 1, width: 4 })), 'ResNet-8');
    expect(code).toContain('residual2_input = x\n');
    expect(code).toContain('name="residual2_shortcut_conv1")(residual2_input)');
    expect(code).toContain('layers.Add(name="residual2")([x, residual2_shortcut])');
    expect(code).toContain('use_bias=False');
  });

  test('of a layer that is not known is refused by name', () => {
    const own: nn.Module = { kind: 'mine', build: (s) => ({ outputShape: s }), forward: (x) => x };
    for (const code of [kerasCode, pytorchCode])
      expect(() => code(builtTree([4], [own]), '')).toThrow('mine1: there is no');
  });
});

const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import torch, numpy'], { stdio: 'ignore' }).status === 0,
);

const NETWORKS: Readonly<Record<string, readonly [readonly number[], readonly nn.Module[]]>> = {
  'the reference network': [[28, 28, 1], nn.referenceNetwork()],
  'air in color': [[12, 12, 3], nn.airNetwork({ width: 4 })],
  'a ResNet-8, with padding on one side': [[8, 8, 1], nn.resnet({ blocks: 1, width: 4 })],
  'norms, means and padded pools': [
    [9, 9, 2],
    [
      nn.conv2d({ filters: 4, kernel: 2, padding: 'same' }),
      nn.leakyRelu(),
      nn.maxPool2d({ window: 2, padding: 'same' }),
      nn.layerNorm(),
      nn.groupNorm({ groups: 2 }),
      nn.gelu(),
      nn.avgPool2d({ window: 2 }),
      nn.flatten(),
      nn.dense({ units: 6 }),
      nn.batchNorm(),
      nn.layerNorm(),
      nn.tanh(),
      nn.dense({ units: 3 }),
    ],
  ],
};

describe.skipIf(python === undefined)(
  'PyTorch computes the same (needs a Python with torch)',
  () => {
    test.for(Object.entries(NETWORKS))('%s', async ([, [input, layers]]) => {
      const device = await testDevice();
      const model = new nn.Sequential(device, input, layers);
      for (const [i, { tensor, name }] of model.arena.saved.entries()) {
        const scale = Math.min(1, 2 / Math.sqrt(tensor.size / (tensor.shape.at(-1) ?? 1)));
        const values = Array.from({ length: tensor.size }, (_, j) =>
          Math.sin(12.9898 * (j + 1) + i),
        );
        const isVariance = name.endsWith('variance');
        device.write(
          tensor,
          values.map((v) => (isVariance ? 0.6 + v * v : v * scale)),
        );
      }
      const shape = [3, ...input];
      const size = shape.reduce((a, b) => a * b);
      const x = Float32Array.from({ length: size }, (_, i) => Math.sin(12.9 * i));
      const ours = Array.from(await model.forward(device.tensor(x, shape)).data());

      const folder = mkdtempSync(join(tmpdir(), 'weft-torch-'));
      try {
        const write = (name: string, contents: string | Uint8Array) =>
          writeFileSync(join(folder, name), contents);
        write('model.py', pytorchCode(builtTree(input, layers), 'A test'));
        write('model.safetensors', nn.writeSafetensors(pytorchWeights(await model.arena.read())));
        write('x.bin', new Uint8Array(x.buffer));
        write(
          'ask.py',
          `import numpy, torch, model
x = torch.from_numpy(numpy.fromfile("x.bin", numpy.float32)).reshape(${JSON.stringify(shape)})
with torch.no_grad():
    y = model.load()(${input.length === 3 ? 'x.permute(0, 3, 1, 2)' : 'x'})
print(y.flatten().tolist())`,
        );
        const said = execFileSync(python as string, ['ask.py'], { cwd: folder, encoding: 'utf8' });
        const theirs = JSON.parse(said) as number[];
        expect(theirs).toHaveLength(ours.length);
        const largest = Math.max(...ours.map(Math.abs));
        const off = Math.max(...theirs.map((v, i) => Math.abs(v - (ours[i] as number))));
        expect(off / largest).toBeLessThan(3e-6);

        // As a program it counts what is right: here its own answers, but for one.
        if (input.length !== 3) return;
        write(
          'set.py',
          `import numpy, torch, model
images = numpy.random.default_rng(1).integers(0, 256, ${JSON.stringify([8, ...input])}, numpy.uint8)
with torch.no_grad():
    y = model.load()(torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255).argmax(1).numpy()
y[3] = (y[3] + 1) % ${ours.length / 3}
numpy.save("images.npy", images[..., 0] if images.shape[3] == 1 else images)
numpy.save("labels.npy", y)`,
        );
        const run = (...args: string[]) =>
          execFileSync(python as string, args, { cwd: folder, encoding: 'utf8' });
        run('set.py');
        expect(run('model.py', 'images.npy', 'labels.npy')).toBe('accuracy 0.8750\n');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);
