// Modules made of modules: one after the other, around, side by side; and any function as one.
import { type Shape, type Tensor, TensorError, add, concat as joined } from '../tensor/index.ts';
import {
  type OptionKinds,
  callable,
  checkOptions,
  listOf,
  required,
  text,
} from '../tensor/options.ts';
import { type Context, type Module, type Part, moduleKind, part } from './module.ts';

/** y = the last of the modules, each applied to what the one before made. Its parts are named like `conv1`, `conv2`, `fc1`. */
export function sequential(...modules: readonly Module[]): Module {
  checkOptions('sequential', { modules }, { modules: required(listOf(moduleKind)) });
  const names = modules.map(naming());
  return {
    kind: 'sequential',
    build(input, where) {
      let shape = input;
      const parts = modules.map((module, i): Part => {
        const name = names[i] as string;
        const placed = part(name, module, shape, where, `layer ${i + 1} (${name})`);
        shape = placed.built.outputShape;
        return placed;
      });
      return { outputShape: shape, parts, layout: 'sequential' };
    },
    forward: (x, { parts }) => parts.reduce((y, apply) => apply(y), x),
  };
}

/**
 * Names modules as `sequential` does, each that it is given after those before it: by stem, numbered from 1.
 * @example const name = naming(); [conv, relu, conv].map(name) // ['conv1', 'relu1', 'conv2']
 */
export function naming(): (module: Pick<Module, 'kind' | 'stem'>) => string {
  const counts = new Map<string, number>();
  return ({ kind, stem = kind }) => {
    const count = (counts.get(stem) ?? 0) + 1;
    counts.set(stem, count);
    return `${stem}${count}`;
  };
}

/**
 * y = body(x) + shortcut(x), the shortcut by default x itself (He et al. 2016, eq. 1 and 2). Where the body changes the
 * shape, the shortcut has to do the same: a convolution of kernel 1, say. Parts `body` and `shortcut`.
 * @throws TensorError, when the network is built, unless both give one shape
 */
export function residual(body: Module, shortcut?: Module): Module {
  const kinds = { body: required(moduleKind), shortcut: moduleKind };
  checkOptions('residual', { body, shortcut }, kinds);
  return {
    kind: 'residual',
    build(input, where) {
      const way = part('body', body, input, where);
      const around = shortcut && part('shortcut', shortcut, input, where);
      const { outputShape } = way.built;
      const other = around?.built.outputShape ?? input;
      if (outputShape.join() !== other.join()) {
        throw new TensorError(
          `${where}: the body gives [${outputShape}], ${around ? 'the shortcut' : 'the input is'} [${other}]; they are added`,
        );
      }
      return { outputShape, parts: around ? [way, around] : [way], layout: 'parallel' };
    },
    forward(x, { parts: [body, shortcut] }) {
      const way = (body as (x: Tensor) => Tensor)(x);
      return add(way, shortcut ? shortcut(x) : x);
    },
  };
}

/**
 * y = the outputs of all branches of one x, joined along the last axis, which are the channels of an image (Szegedy et al.
 * 2015, fig. 2). Parts `branch1`, `branch2`, …
 * @throws TensorError without a branch, and, when the network is built, where their other axes differ
 */
export function concat(...branches: readonly Module[]): Module {
  checkOptions('concat', { branches }, { branches: required(listOf(moduleKind)) });
  if (branches.length === 0) throw new TensorError('concat: there is no branch');
  return {
    kind: 'concat',
    build(input, where) {
      const parts = branches.map((branch, i) => part(`branch${i + 1}`, branch, input, where));
      const shapes = parts.map(({ built }) => built.outputShape);
      const [first = []] = shapes;
      const fits = (shape: Shape) =>
        shape.length === first.length && shape.slice(0, -1).join() === first.slice(0, -1).join();
      if (!shapes.every(fits)) {
        const given = shapes.map((shape) => `[${shape}]`).join(' and ');
        throw new TensorError(
          `${where}: branches differ in the last axis alone, these give ${given}`,
        );
      }
      const channels = shapes.reduce((sum, shape) => sum + (shape.at(-1) as number), 0);
      return { outputShape: [...first.slice(0, -1), channels], parts, layout: 'parallel' };
    },
    forward(x, { parts }) {
      const outputs = parts.map((apply) => apply(x));
      return joined(outputs, { axis: (outputs[0] as Tensor).shape.length - 1 });
    },
  };
}

/** Of `lambda`. */
export interface LambdaOptions {
  /** What it is called where it is shown, by default `lambda`. */
  readonly kind?: string | undefined;
  /** From the shape of one sample to that of what f makes of it; by default the same. */
  readonly outputShape?: ((input: Shape) => Shape) | undefined;
}

const lambdaKinds: OptionKinds<LambdaOptions> = { kind: text, outputShape: callable };

/**
 * y = f(x), f made of ops: a layer without parameters.
 * @example lambda((x) => x.square())
 * @throws TensorError on options that mean nothing, and, when it runs, where f gives another shape than it said
 */
export function lambda(
  f: (x: Tensor, context: Context) => Tensor,
  options: LambdaOptions = {},
): Module {
  checkOptions('lambda', { f }, { f: required(callable) });
  checkOptions('lambda', options, lambdaKinds);
  const { kind = 'lambda', outputShape = (input: Shape) => input } = options;
  return { kind, build: (input) => ({ outputShape: outputShape(input) }), forward: f };
}
