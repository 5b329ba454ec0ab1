// A network as a PyTorch module with the same names, and its weights by these names in PyTorch's layout.
import { type Part, type Weights, permuted } from '../../nn/index.ts';
import {
  call,
  channelsOf,
  hasBias,
  indented,
  outputsOf,
  rowOf,
  tuple,
  windowOf,
} from './python.ts';

/** Classes that PyTorch lacks, written out where a network needs them. */
const CLASSES = {
  Residual: `class Residual(nn.Module):
    """body(x) + shortcut(x); without a shortcut, x itself."""

    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + (x if self.shortcut is None else self.shortcut(x))`,
  Flatten: `class Flatten(nn.Module):
    """[N, C, H, W] to [N, H * W * C]: the channels of a pixel side by side, as weft flattens."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)`,
  GlobalMean: `class GlobalMean(nn.Module):
    """[N, C, H, W] to [N, C]."""

    def forward(self, x):
        return x.mean((2, 3))`,
  GlobalMax: `class GlobalMax(nn.Module):
    """[N, C, H, W] to [N, C]."""

    def forward(self, x):
        return x.amax((2, 3))`,
  ChannelNorm: `class ChannelNorm(nn.LayerNorm):
    """Normalizes the channels of every pixel of [N, C, H, W]."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)`,
} as const;

type Class = keyof typeof CLASSES;

/** A layer as PyTorch code. */
interface Row {
  readonly code: (part: Part) => string;
  /** The class that it needs. */
  readonly needs?: (part: Part) => Class | undefined;
  /** What is to stand around the image before. */
  readonly frame?: (part: Part) => string | undefined;
}

const isImage = ({ inputShape }: Part): boolean => inputShape.length === 3;
const plain = (code: string): Row => ({ code: () => code });
const own = (name: Class): Row => ({ code: () => `${name}()`, needs: () => name });

/** Padding that is the same on both sides is the layer's own; another becomes a layer before it. */
function windowed(part: Part, value: string) {
  const { R, S, strideH, strideW, top, left, bottom, right } = windowOf(part);
  const isEven = top === bottom && left === right;
  const frame = `nn.ConstantPad2d((${left}, ${right}, ${top}, ${bottom}), ${value})`;
  return {
    size: tuple(R, S),
    stride: tuple(strideH, strideW),
    padding: isEven && top + left > 0 ? `padding=${tuple(top, left)}` : undefined,
    frame: isEven ? undefined : frame,
  };
}

const unbiased = (part: Part) => (hasBias(part) ? undefined : 'bias=False');

/** By kind of layer; PyTorch's own defaults are left out. */
const ROWS: Readonly<Record<string, Row>> = {
  conv2d: {
    code(part) {
      const { size, stride, padding } = windowed(part, '0.0');
      const steps = stride === '1' ? undefined : `stride=${stride}`;
      const channels = [channelsOf(part), outputsOf(part)] as const;
      return call('nn.Conv2d', ...channels, size, steps, padding, unbiased(part));
    },
    frame: (part) => windowed(part, '0.0').frame,
  },
  dense: {
    code: (part) => call('nn.Linear', channelsOf(part), outputsOf(part), unbiased(part)),
  },
  maxPool2d: {
    code(part) {
      const { size, stride, padding } = windowed(part, 'float("-inf")');
      return call('nn.MaxPool2d', size, stride === size ? undefined : `stride=${stride}`, padding);
    },
    frame: (part) => windowed(part, 'float("-inf")').frame,
  },
  avgPool2d: {
    code(part) {
      const { size, stride, padding, frame } = windowed(part, '0.0');
      if (padding !== undefined || frame !== undefined)
        throw new RangeError(`${part.name}: there is no PyTorch code for a padded mean`);
      return call('nn.AvgPool2d', size, stride === size ? undefined : `stride=${stride}`);
    },
  },
  globalAvgPool2d: own('GlobalMean'),
  globalMaxPool2d: own('GlobalMax'),
  flatten: {
    code: (part) => (isImage(part) ? 'Flatten()' : 'nn.Flatten()'),
    needs: (part) => (isImage(part) ? 'Flatten' : undefined),
  },
  dropout: { code: (part) => call('nn.Dropout', part.built.rate) },
  batchNorm: {
    code: (part) => call(isImage(part) ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d', channelsOf(part)),
  },
  layerNorm: {
    code: (part) => call(isImage(part) ? 'ChannelNorm' : 'nn.LayerNorm', channelsOf(part)),
    needs: (part) => (isImage(part) ? 'ChannelNorm' : undefined),
  },
  groupNorm: { code: (part) => call('nn.GroupNorm', part.built.groups, channelsOf(part)) },
  relu: plain('nn.ReLU()'),
  leakyRelu: plain('nn.LeakyReLU()'),
  gelu: plain('nn.GELU()'),
  sigmoid: plain('nn.Sigmoid()'),
  tanh: plain('nn.Tanh()'),
  softmax: plain('nn.Softmax(-1)'),
};

/** A part as an expression of several lines, and the classes that it needs. */
function written(part: Part, needed: Set<Class>): readonly string[] {
  const { parts } = part.built;
  if (parts === undefined) {
    const row = rowOf(ROWS, part, 'PyTorch');
    const needs = row.needs?.(part);
    if (needs) needed.add(needs);
    return [row.code(part)];
  }
  if (part.module.kind === 'sequential') {
    const inner = parts.flatMap((one) => {
      const frame = rowOf<Row>({ ...ROWS, ...HOLDERS }, one, 'PyTorch').frame?.(one);
      const [first = '', ...rest] = written(one, needed);
      return [
        ...(frame === undefined ? [] : [`("${one.name}_pad", ${frame}),`]),
        ...closed([`("${one.name}", ${first}`, ...rest], '),'),
      ];
    });
    return ['nn.Sequential(OrderedDict([', ...indented(inner), ']))'];
  }
  if (part.module.kind === 'residual') {
    needed.add('Residual');
    return [
      'Residual(',
      ...indented(parts.flatMap((one) => closed(written(one, needed), ','))),
      ')',
    ];
  }
  throw new RangeError(`${part.name}: there is no PyTorch code for ${part.module.kind}`);
}

/** What holds other layers and needs nothing before it. */
const HOLDERS: Readonly<Record<string, Row>> = { residual: plain(''), sequential: plain('') };

const closed = (lines: readonly string[], end: string): string[] =>
  lines.map((line, i) => (i === lines.length - 1 ? line + end : line));

/** A program that defines the network, loads its weights from model.safetensors and, given a test set, judges it. */
export const pytorchCode = (network: Part, title: string): string =>
  pytorchNetwork(network, title) + MAIN;

/** Code that defines the network; it ends in logits, as here. @throws RangeError on a layer of no known kind */
export function pytorchNetwork(network: Part, title: string): string {
  const needed = new Set<Class>();
  const [first = '', ...rest] = written(network, needed);
  const names = Object.keys(CLASSES) as Class[];
  const classes = names.flatMap((name) => (needed.has(name) ? [CLASSES[name], '', ''] : []));
  return `# ${title}
# Images are [N, C, H, W], pixels divided by 255; what comes out are logits.
from collections import OrderedDict

from torch import nn


${classes.map((text) => `${text}\n`).join('')}def network():
    return ${[first, ...indented(rest)].join('\n')}
`;
}

const MAIN = `

def read_weights(path):
    """The tensors of a safetensors file of 32-bit floats, by name."""
    import json

    import numpy as np
    import torch

    with open(path, "rb") as file:
        data = file.read()
    begin = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:begin]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[begin + start : begin + end], "<f4")
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def load(path="model.safetensors"):
    """The trained network, ready to be asked."""
    model = network()
    differs = model.load_state_dict(read_weights(path), strict=False)
    missing = [name for name in differs.missing_keys if not name.endswith("num_batches_tracked")]
    assert not missing and not differs.unexpected_keys, f"{path} does not fit: {differs}"
    return model.eval()


def read(path):
    """An array of bytes or labels: .npy as NumPy writes it, else IDX, gzip or not."""
    import gzip

    import numpy as np

    if path.endswith(".npy"):
        return np.load(path)
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


if __name__ == "__main__":
    # python model.py images labels: bytes [N, H, W] or [N, H, W, C], and a class for each
    # python model.py t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz
    import sys

    import torch

    images, labels = (torch.from_numpy(read(path).copy()) for path in sys.argv[1:3])
    images = images[:, None] if images.dim() == 3 else images.permute(0, 3, 1, 2)
    model = load()
    with torch.no_grad():
        logits = torch.cat([model(part.float() / 255) for part in images.split(500)])
    print(f"accuracy {(logits.argmax(1) == labels).float().mean():.4f}")
`;

/** Names of what a normalization keeps. */
const KEPT: Readonly<Record<string, string>> = { mean: 'running_mean', variance: 'running_var' };

/** The weights under PyTorch's names: filters [R,S,C,K] as [K,C,R,S], matrices [I,O] as [O,I], all else as it is. */
export function pytorchWeights(weights: ReadonlyMap<string, Weights>): Map<string, Weights> {
  const found = new Map<string, Weights>();
  for (const [name, { shape, data }] of weights) {
    const [, stem = '', last = ''] = /^(.*?)([^.]*)$/.exec(name) ?? [];
    const rank = shape.length;
    const order = rank === 4 ? [3, 2, 0, 1] : rank === 2 ? [1, 0] : undefined;
    found.set(
      stem + (KEPT[last] ?? last),
      order
        ? { shape: order.map((axis) => shape[axis] as number), data: permuted(data, shape, order) }
        : { shape, data },
    );
  }
  return found;
}
