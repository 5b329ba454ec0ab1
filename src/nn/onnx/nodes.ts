// A row for each op: the ONNX nodes that compute the same. What opset 17 lacks is written out.
import { type Shape, type Tensor, TensorError, windowGeometry } from '../../tensor/index.ts';
import type { ConvShape } from '../../tensor/ops/convShape.ts';
import { type Padding, type Pair, pairOf } from '../../tensor/ops/geometry.ts';
import type { Attribute, Graph } from './graph.ts';
import { TO_NCHW, type Values } from './values.ts';

/** A node of the trace, and what it is written to. */
export interface Emission {
  readonly graph: Graph;
  readonly values: Values;
  readonly op: string;
  /** Whose work it is, such as `conv1`: its name in the graph. */
  readonly name: string;
  /** By the op's names; see `input`. */
  readonly inputs: Readonly<Record<string, Tensor | undefined>>;
  readonly y: Tensor;
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Emit = (e: Emission) => void;
type Inputs = readonly string[];
type Attributes = Readonly<Record<string, Attribute | undefined>>;

const float = (value: number): Attribute => ({ float: value });

const input = ({ inputs, op }: Emission, name: string): Tensor => {
  const tensor = inputs[name];
  if (!tensor) throw new TensorError(`toOnnx: ${op} has no ${name}`);
  return tensor;
};

/** The axes of an image in its other layout. */
const axesOfImage = (axes: readonly number[]) => axes.map((axis) => TO_NCHW.indexOf(axis as 0));

/** A function of the elements, on NCHW where an operand lies there already and all broadcast alike. */
const elementwise =
  (write: (inputs: Inputs, e: Emission) => string): Emit =>
  (e) => {
    const { values, inputs, y } = e;
    const tensors = Object.values(inputs).filter((tensor) => tensor !== undefined);
    const moving = tensors.filter((tensor) => !values.constantOf(tensor));
    const asImage =
      y.shape.length === 4 &&
      moving.every(({ shape }) => shape.length === 4) &&
      moving.some((tensor) => values.isImage(tensor));
    const names = tensors.map((tensor) => (asImage ? values.image(tensor) : values.plain(tensor)));
    values.made(y, write(names, e), asImage ? 'image' : 'plain');
  };

const one = (op: string, attributes: (e: Emission) => Attributes = () => ({})): Emit =>
  elementwise((inputs, e) => e.graph.node(op, inputs, e.name, attributes(e)));

/** A term over the elements: `op` adds a node, `constant` a number. */
interface Terms {
  readonly op: (op: string, ...inputs: Inputs) => string;
  readonly constant: (value: number) => string;
}
const written = (term: (terms: Terms, x: string, e: Emission) => string): Emit =>
  elementwise(([x], e) => {
    const op = (name: string, ...inputs: Inputs) => e.graph.node(name, inputs, e.name);
    return term({ op, constant: (value) => e.values.number(value) }, x as string, e);
  });

const alphaOf =
  (usual: number) =>
  ({ attributes: { alpha = usual } }: Emission): Attributes => ({ alpha: float(alpha as number) });

const windowAttributes = (s: ConvShape): Attributes => ({
  kernel_shape: [s.R, s.S],
  strides: [s.strideH, s.strideW],
  dilations: [s.dilationH, s.dilationW],
  pads: [s.top, s.left, s.bottom, s.right],
});

/** The filters [R,S,C,K] as [K,C,R,S]. */
function filters(e: Emission): string {
  const w = input(e, 'w');
  const constant = e.values.constantOf(w);
  if (constant) return e.values.constant(constant, [3, 2, 0, 1]);
  throw new TensorError(`toOnnx: the filters of ${e.name} are computed from the input`);
}

const bias = ({ values, inputs: { b } }: Emission): Inputs => (b ? [values.plain(b)] : []);

const convolution: Emit = (e) => {
  const { graph, values, name, y, attributes } = e;
  const { s, groups = 1 } = attributes as { s: ConvShape; groups?: number };
  const operands = [values.image(input(e, 'x')), filters(e), ...bias(e)];
  const out = graph.node('Conv', operands, name, { ...windowAttributes(s), group: groups });
  values.made(y, out, 'image');
};

/** A transposed convolution is what the gradient of one computes. */
const transposedConvolution: Emit = (e) => {
  const { graph, values, name, y, attributes } = e;
  const { s, groups = 1 } = attributes as { s: ConvShape; groups?: number };
  const extent = (count: number, stride: number, dilation: number, taps: number) =>
    (count - 1) * stride + dilation * (taps - 1) + 1;
  const out = graph.node('ConvTranspose', [values.image(input(e, 'dy')), filters(e)], name, {
    ...windowAttributes(s),
    group: groups,
    output_padding: [
      s.H - extent(s.P, s.strideH, s.dilationH, s.R) + s.top + s.bottom,
      s.W - extent(s.Q, s.strideW, s.dilationW, s.S) + s.left + s.right,
    ],
  });
  values.made(y, out, 'image');
};

const linear: Emit = (e) => {
  const { graph, values, name, y } = e;
  const operands = [values.plain(input(e, 'x')), values.plain(input(e, 'w')), ...bias(e)];
  values.made(y, graph.node('Gemm', operands, name), 'plain');
};

interface Pooling {
  readonly window: number | Pair;
  readonly stride?: number | Pair;
  readonly padding?: Padding;
  readonly countIncludePad?: boolean;
}

const pool =
  (op: 'MaxPool' | 'AveragePool'): Emit =>
  (e) => {
    const { graph, values, name, y } = e;
    const {
      window,
      stride = window,
      padding,
      countIncludePad,
    } = e.attributes as unknown as Pooling;
    const x = input(e, 'x');
    const [, H = 1, W = 1] = x.shape;
    const [R, S] = pairOf(window);
    const g = windowGeometry(name, { H, W }, { R, S }, { stride, padding });
    const out = graph.node(op, [values.image(x)], name, {
      kernel_shape: [R, S],
      strides: [g.strideH, g.strideW],
      pads: [g.top, g.left, g.bottom, g.right],
      count_include_pad: countIncludePad ? 1 : undefined,
    });
    values.made(y, out, 'image');
  };

const reduction =
  (op: string): Emit =>
  (e) => {
    const { graph, values, name, y } = e;
    const { axes, keepDims = false } = e.attributes as {
      axes?: readonly number[];
      keepDims?: boolean;
    };
    const x = input(e, 'x');
    const rank = x.shape.length;
    const all = (axes ?? x.shape.map((_, i) => i)).map((axis) => (axis < 0 ? axis + rank : axis));
    // Without its rows and columns an image has its axes in the same order in either layout.
    const asImage = values.isImage(x) && (keepDims || (all.includes(1) && all.includes(2)));
    const over = asImage ? axesOfImage(all) : all;
    const name0 = asImage ? values.image(x) : values.plain(x);
    // Opset 13 moved the axes of this one alone to an input.
    const isSum = op === 'ReduceSum';
    const inputs = isSum ? [name0, graph.integers('axes', over)] : [name0];
    const out = graph.node(op, inputs, name, {
      axes: isSum ? undefined : over,
      keepdims: keepDims ? 1 : 0,
    });
    values.made(y, out, asImage && keepDims ? 'image' : 'plain');
  };

const softmax =
  (op: string): Emit =>
  (e) => {
    const { axis = -1 } = e.attributes as { axis?: number };
    const x = e.values.plain(input(e, 'x'));
    e.values.made(e.y, e.graph.node(op, [x], e.name, { axis }), 'plain');
  };

const concat: Emit = (e) => {
  const { graph, values, name, y } = e;
  const { axis } = e.attributes as { axis: number };
  const [a, b] = [input(e, 'a'), input(e, 'b')];
  const asImage = y.shape.length === 4 && (values.isImage(a) || values.isImage(b));
  const names = [a, b].map((tensor) => (asImage ? values.image(tensor) : values.plain(tensor)));
  const at = asImage ? (axesOfImage([axis])[0] as number) : axis;
  values.made(y, graph.node('Concat', names, name, { axis: at }), asImage ? 'image' : 'plain');
};

/** The shape with any number of samples. */
const sizesOf = ({ graph }: Emission, [, ...rest]: Shape, first: number): string =>
  graph.integers('shape', [first, ...rest]);

const broadcast: Emit = (e) => {
  const shape = sizesOf(e, e.y.shape, 1);
  const out = e.graph.node('Expand', [e.values.plain(input(e, 'x')), shape], e.name);
  e.values.made(e.y, out, 'plain');
};

const transpose: Emit = (e) => {
  const { perm } = e.attributes as { perm: readonly number[] };
  const x = e.values.plain(input(e, 'x'));
  e.values.made(e.y, e.graph.node('Transpose', [x], e.name, { perm }), 'plain');
};

const matmul: Emit = (e) => {
  const { graph, values, name, y } = e;
  const { transposeA = false, transposeB = false } = e.attributes as Record<string, boolean>;
  const operand = (which: 'a' | 'b', isTransposed: boolean) => {
    const t = input(e, which);
    const plain = values.plain(t);
    const last = t.shape.length - 1;
    const perm = [...t.shape.keys()].slice(0, -2).concat(last, last - 1);
    return isTransposed ? graph.node('Transpose', [plain], name, { perm }) : plain;
  };
  const out = graph.node('MatMul', [operand('a', transposeA), operand('b', transposeB)], name);
  values.made(y, out, 'plain');
};

/** Cuts of all but the samples. */
const slice: Emit = (e) => {
  const { graph, values, name, y } = e;
  const { cuts } = e.attributes as {
    cuts: readonly { readonly start: number; readonly step: number; readonly size: number }[];
  };
  const [samples, ...rest] = cuts;
  if (samples?.start !== 0 || samples.step !== 1)
    throw new TensorError(`toOnnx: ${name} takes some of the samples`);
  const ends = rest.map(({ start, step, size }) => {
    const end = start + step * size;
    return end < 0 ? Number.MIN_SAFE_INTEGER : end; // before the first, which −1 would not say
  });
  const lists = [rest.map(({ start }) => start), ends, rest.map((_, i) => i + 1)];
  const inputs = [...lists, rest.map(({ step }) => step)].map((list) =>
    graph.integers('cut', list),
  );
  values.made(y, graph.node('Slice', [values.plain(input(e, 'x')), ...inputs], name), 'plain');
};

const upsample: Emit = (e) => {
  const { graph, values, name, y } = e;
  const { mode, alignCorners } = e.attributes as { mode: string; alignCorners: boolean };
  const x = input(e, 'x');
  const scale = (axis: number) => (y.shape[axis] as number) / (x.shape[axis] as number);
  const scales = graph.floats('scales', [4], Float32Array.of(1, 1, scale(1), scale(2)));
  const isLinear = mode === 'bilinear';
  const coordinates = alignCorners ? 'align_corners' : 'half_pixel';
  // The empty name stands for a region of interest that is not given.
  const out = graph.node('Resize', [values.image(x), '', scales], name, {
    mode: isLinear ? 'linear' : 'nearest',
    coordinate_transformation_mode: isLinear ? coordinates : 'asymmetric',
    nearest_mode: 'floor',
  });
  values.made(y, out, 'image');
};

/** By the name of the op. */
export const NODES: Readonly<Record<string, Emit>> = {
  conv2d: convolution,
  conv2dGrouped: convolution,
  conv2dInputGrad: transposedConvolution,
  conv2dGroupedInputGrad: transposedConvolution,
  linear,
  matmul,
  maxPool2d: pool('MaxPool'),
  avgPool2d: pool('AveragePool'),
  mean: reduction('ReduceMean'),
  sum: reduction('ReduceSum'),
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  prod: reduction('ReduceProd'),
  softmax: softmax('Softmax'),
  logSoftmax: softmax('LogSoftmax'),
  concat,
  slice,
  transpose,
  broadcastTo: broadcast,
  upsample2d: upsample,
  add: one('Add'),
  sub: one('Sub'),
  mul: one('Mul'),
  div: one('Div'),
  pow: one('Pow'),
  maximum: one('Max'),
  minimum: one('Min'),
  relu: one('Relu'),
  leakyRelu: one('LeakyRelu', alphaOf(0.01)),
  elu: one('Elu', alphaOf(1)),
  sigmoid: one('Sigmoid'),
  tanh: one('Tanh'),
  softplus: one('Softplus'),
  softsign: one('Softsign'),
  hardSwish: one('HardSwish'),
  exp: one('Exp'),
  log: one('Log'),
  sqrt: one('Sqrt'),
  abs: one('Abs'),
  neg: one('Neg'),
  erf: one('Erf'),
  sin: one('Sin'),
  cos: one('Cos'),
  sign: one('Sign'),
  floor: one('Floor'),
  ceil: one('Ceil'),
  round: one('Round'),
  reciprocal: one('Reciprocal'),
  rsqrt: written(({ op }, x) => op('Reciprocal', op('Sqrt', x))),
  square: written(({ op }, x) => op('Mul', x, x)),
  silu: written(({ op }, x) => op('Mul', x, op('Sigmoid', x))),
  scale: written(({ op, constant }, x, e) => op('Mul', x, constant(e.attributes['by'] as number))),
  log1p: written(({ op, constant }, x) => op('Log', op('Add', x, constant(1)))),
  expm1: written(({ op, constant }, x) => op('Sub', op('Exp', x), constant(1))),
  clip: written(({ op, constant }, x, { attributes: { min, max } }) => {
    const above = min === undefined ? x : op('Max', x, constant(min as number));
    return max === undefined ? above : op('Min', above, constant(max as number));
  }),
  gelu: written(({ op, constant }, x, { attributes: { approximate = 'none' } }) => {
    const halved = op('Mul', x, constant(0.5));
    // By erf, or x³ and tanh.
    const inner =
      approximate === 'none'
        ? op('Erf', op('Mul', x, constant(Math.SQRT1_2)))
        : op(
            'Tanh',
            op(
              'Mul',
              op('Add', x, op('Mul', op('Mul', op('Mul', x, x), x), constant(0.044715))),
              constant(Math.sqrt(2 / Math.PI)),
            ),
          );
    return op('Mul', halved, op('Add', inner, constant(1)));
  }),
};
