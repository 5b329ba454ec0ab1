// A network as Keras code: the same layers under the same names, as one would write them there.
import type { Part } from '../../nn/index.ts';
import { call, channelsOf, hasBias, outputsOf, rowOf, tuple, windowOf } from './python.ts';

const named = (part: Part): string => `name="${part.name}"`;
const activation = (name: string) => (part: Part) =>
  call('layers.Activation', `"${name}"`, named(part));

const window = (part: Part) => {
  const { R, S, strideH, strideW, top, left, bottom, right } = windowOf(part);
  return {
    size: tuple(R, S),
    stride: tuple(strideH, strideW),
    padding: top + left + bottom + right > 0 ? 'padding="same"' : undefined,
  };
};
const pool = (name: string) => (part: Part) => {
  const { size, stride, padding } = window(part);
  return call(name, size, stride === size ? undefined : `strides=${stride}`, padding, named(part));
};
const epsilon = 'epsilon=1e-5';
const unbiased = (part: Part) => (hasBias(part) ? undefined : 'use_bias=False');

/** By kind of layer; Keras' own defaults are left out. */
const ROWS: Readonly<Record<string, (part: Part) => string>> = {
  conv2d(part) {
    const { size, stride, padding } = window(part);
    const strides = stride === '1' ? undefined : `strides=${stride}`;
    return call(
      'layers.Conv2D',
      outputsOf(part),
      size,
      strides,
      padding,
      unbiased(part),
      named(part),
    );
  },
  dense: (part) => call('layers.Dense', outputsOf(part), unbiased(part), named(part)),
  maxPool2d: pool('layers.MaxPooling2D'),
  avgPool2d: pool('layers.AveragePooling2D'),
  globalAvgPool2d: (part) => call('layers.GlobalAveragePooling2D', named(part)),
  globalMaxPool2d: (part) => call('layers.GlobalMaxPooling2D', named(part)),
  flatten: (part) => call('layers.Flatten', named(part)),
  dropout: (part) => call('layers.Dropout', part.built.rate, named(part)),
  // Its momentum is the share that stays, 1 − that of PyTorch.
  batchNorm: (part) => call('layers.BatchNormalization', 'momentum=0.9', epsilon, named(part)),
  layerNorm: (part) => call('layers.LayerNormalization', epsilon, named(part)),
  groupNorm: (part) =>
    call('layers.GroupNormalization', part.built.groups ?? channelsOf(part), epsilon, named(part)),
  relu: activation('relu'),
  leakyRelu: (part) => call('layers.LeakyReLU', 'negative_slope=0.01', named(part)),
  gelu: activation('gelu'),
  sigmoid: activation('sigmoid'),
  tanh: activation('tanh'),
  softmax: activation('softmax'),
};

/** A program for Keras 3 that builds the network; it ends in logits, as here. @throws RangeError on a layer of no known kind */
export function kerasCode(network: Part, title: string): string {
  const parts = network.built.parts ?? [];
  const shape = `(${network.inputShape.join(', ')}${network.inputShape.length === 1 ? ',' : ''})`;
  const isPlain = parts.every(({ built }) => built.parts === undefined);
  const body = isPlain
    ? [
        'model = keras.Sequential([',
        `    keras.Input(${shape}),`,
        ...parts.map((part) => `    ${rowOf(ROWS, part, 'Keras')(part)},`),
        '])',
      ]
    : [
        `inputs = keras.Input(${shape})`,
        ...applied(parts, 'inputs', '').lines,
        'model = keras.Model(inputs, x)',
      ];
  return `${[
    `# ${title}`,
    '# Pixels are divided by 255; what comes out are logits.',
    'import keras',
    'from keras import layers',
    '',
    ...body,
    '',
    'model.summary()',
    'model.compile(',
    '    optimizer="adam",',
    '    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),',
    '    metrics=["accuracy"],',
    ')',
  ].join('\n')}\n`;
}

/** The lines that apply parts one after another, and the variable that holds the result. */
function applied(
  parts: readonly Part[],
  from: string,
  around: string,
): { readonly lines: readonly string[]; readonly result: string } {
  const lines: string[] = [];
  let result = from;
  for (const bare of parts) {
    // A name is unique in a model of Keras, so it bears those of the blocks around.
    const part = { ...bare, name: around === '' ? bare.name : `${around}_${bare.name}` };
    if (part.built.parts === undefined) {
      lines.push(`x = ${rowOf(ROWS, part, 'Keras')(part)}(${result})`);
    } else if (part.module.kind === 'sequential') {
      lines.push(...applied(part.built.parts, result, part.name).lines);
    } else if (part.module.kind === 'residual') {
      const [body, shortcut] = part.built.parts as [Part, Part | undefined];
      const input = `${part.name}_input`;
      lines.push('', `${input} = ${result}`);
      let way = input;
      if (shortcut) {
        way = `${part.name}_shortcut`;
        lines.push(...applied([shortcut], input, part.name).lines, `${way} = x`);
      }
      lines.push(
        ...applied([body], input, part.name).lines,
        `x = layers.Add(${named(part)})([x, ${way}])`,
      );
    } else throw new RangeError(`${part.name}: there is no Keras code for ${part.module.kind}`);
    result = 'x';
  }
  return { lines, result };
}
