// Elementwise kernels: a function, or a chain of functions, of tensors that broadcast, in one kernel. The functions'
// WGSL stands in the rows of ops/elementwise; what is written here declares the operands and calls each in order.
import frame from '../shaders/elementwise.wgsl?raw';
import type { DType } from './dtype.ts';
import { UNROLL, eachGrid } from './grid.ts';
import { type Kernel, kernel } from './kernel.ts';
import { collapse, vectorize } from './ops/walk.ts';
import { broadcastStrides, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { type Constants, valueTypes } from './wgsl.ts';

/** A function of the elements in one place, as WGSL. */
export interface ElementFunction {
  /** Of its op. */
  readonly name: string;
  /** What it is a function of, by the names that `wgsl` uses, each with its dtype. */
  readonly operands: Readonly<Record<string, DType>>;
  /** An expression over the operands; `Value` is f32 or vec4f, `Bits` the i32, `Words` the u32, `Flags` the bool of it. */
  readonly wgsl: string;
  /** The parts (shaders/parts) that the expression calls, beside `nan`. */
  readonly parts: readonly string[];
  readonly dtype: DType;
}

/** One call of a function in a chain: `from` gives each of its operands as an input of the chain or an earlier call. */
export interface Step extends ElementFunction {
  readonly from: readonly number[];
}

/** Calls in order. Values are numbered: first the inputs, then what each call gives; the last is the result. */
export interface Chain {
  /** Dtypes of the inputs. */
  readonly inputs: readonly DType[];
  readonly steps: readonly Step[];
}

/** Inputs that one kernel takes: WebGPU promises eight storage buffers, and one is for y. */
export const MOST_INPUTS = 7;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'g', 'h'] as const;
/** The WGSL type of a value of a dtype; bytes are numbers once they are read. */
const TYPES: Readonly<Record<DType, string>> = {
  f32: 'Value',
  i32: 'Bits',
  u32: 'Words',
  u8: 'Words',
};
const [BEGIN, END] = ['// begin:', '// end\n'];

/** The chain of one function of its operands. */
const chainOf = (f: ElementFunction): Chain => {
  const inputs = Object.values(f.operands);
  return { inputs, steps: [{ ...f, from: inputs.map((_, i) => i) }] };
};

/** What the attributes of an elementwise node hold beside its op's options. */
export interface Elementwise {
  readonly chain: Chain;
  /** Names of the node's inputs that are the chain's, in its order. */
  readonly operands: readonly string[];
}

/** A number as WGSL has it. */
export const literal = (value: number): string => `(${Math.fround(value)}f)`;

/** WGSL of whether an operand of a dtype is not 0; NaN is not. */
export const holds = (dtype: DType, v: string): string =>
  dtype === 'f32' ? `(rank(${v}) != Bits())` : `(${v} != ${dtype === 'i32' ? 'Bits' : 'Words'}())`;

interface FunctionOptions {
  readonly parts?: readonly string[];
  readonly dtype?: DType;
}

/** What has been asked for, up to MOST_KNOWN: a call of an op finds its chain, and so its kernel, made. */
const known = new Map<string, Elementwise>();
const MOST_KNOWN = 512;

/** The chain of one function over those of the operands that its text names. */
export function elementwise(
  name: string,
  operands: Readonly<Record<string, DType>>,
  wgsl: string,
  { parts = [], dtype = 'f32' }: FunctionOptions = {},
): Elementwise {
  const given = Object.entries(operands);
  const key = `${name} ${dtype} ${parts.join()} ${given.join(' ')} ${wgsl}`;
  const made = known.get(key);
  if (made) return made;
  const used = given.filter(([operand]) => new RegExp(`\\b${operand}\\b`).test(wgsl));
  const f = { name, operands: Object.fromEntries(used), wgsl, parts, dtype };
  const told = { chain: chainOf(f), operands: used.map(([operand]) => operand) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, told);
  return told;
}

/** Queues the kernel of an elementwise node. */
export function runElementwise(tensors: object, { chain, operands }: Elementwise, y: Tensor): void {
  launchChain(
    chain,
    operands.map((name) => (tensors as Readonly<Record<string, Tensor>>)[name] as Tensor),
    y,
  );
}

/** Queues the chain's kernel over its inputs, which broadcast to the shape of y. */
function launchChain(chain: Chain, inputs: readonly Tensor[], y: Tensor): void {
  const walk = collapse(y.shape, ...inputs.map((t) => broadcastStrides(t.shape, y.shape)));
  const vectors = vectorize(walk);
  const { shape, strides } = vectors ?? walk;
  const COUNT = sizeOf(shape);
  const wide = vectors !== undefined;
  const operands = inputs.map((t, i): Constants => {
    const name = (NAMES[i] as string).toUpperCase();
    const isOne = !wide || vectors.spread[i];
    const element = ELEMENTS[t.dtype][isOne ? 0 : 1];
    return { [name]: element, [`${name}_STRIDES`]: strides[i] as readonly number[] };
  });
  const constants = Object.assign(
    { ...valueTypes(wide), Words: wide ? 'vec4u' : 'u32' },
    { COUNT, RANK: shape.length, SHAPE: shape, UNROLL },
    ...operands,
  ) as Constants;
  const tensors = Object.fromEntries(inputs.map((t, i) => [NAMES[i] as string, t]));
  const grid = eachGrid(COUNT);
  y.device.launch(kernelOf(chain, y.dtype, wide), constants, { ...tensors, y }, grid);
}

/** Elements of an operand's array: where it is one number a Value, and where it is four. */
const ELEMENTS = {
  f32: ['f32', 'vec4f'],
  i32: ['i32', 'vec4i'],
  u32: ['u32', 'vec4u'],
  u8: ['u32', 'u32'],
} as const;

/** The kernels of a chain, over whole vec4s and over single numbers. */
const kernels = new WeakMap<Chain, { wide?: Kernel; narrow?: Kernel }>();

function kernelOf(chain: Chain, dtype: DType, wide: boolean): Kernel {
  const both = kernels.get(chain) ?? {};
  kernels.set(chain, both);
  return (both[wide ? 'wide' : 'narrow'] ??= framed(chain, dtype, wide));
}

/** The frame with a chain written into it. */
function framed(chain: Chain, dtype: DType, wide: boolean): Kernel {
  const [before, after] = [frame.indexOf(BEGIN), frame.indexOf(END)];
  const parts = new Set(chain.steps.flatMap((step) => step.parts));
  if ([dtype, ...chain.inputs].includes('u8')) parts.add('bytes');
  const names = parts.size > 0 ? `// parts: ${[...parts].join(', ')}\n` : '';
  const name = chain.steps.map((step) => step.name).join(' → ');
  const text = written(chain, dtype, wide);
  return kernel(name, frame.slice(0, before) + names + text + frame.slice(after));
}

/** Operands, functions, and f, which calls them. */
function written({ inputs, steps }: Chain, dtype: DType, wide: boolean): string {
  const array = (name: string, index: number, access: string, element: string) =>
    `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${element}>;`;
  const declared = inputs.flatMap((type, i) => {
    const name = NAMES[i] as string;
    const alias = name.toUpperCase();
    return [
      `alias ${alias} = ${ELEMENTS[type][0]}; // one number where ${name} is the same along a Value`,
      `const ${alias}_STRIDES = array(1u);`,
      array(name, i, 'read', alias),
    ];
  });
  const [one, four] = ELEMENTS[dtype];
  const result = wide ? four : one;
  const functions = new Map<string, string>();
  const calls = steps.map((step, k) => {
    const args = Object.entries(step.operands).map(([name, type]) => `${name}: ${TYPES[type]}`);
    const body = `(${args.join(', ')}) -> ${TYPES[step.dtype]} { return ${step.wgsl}; }`;
    let name = functions.get(body);
    if (name === undefined) {
      const same = [...functions.values()].filter((other) => other.startsWith(`${step.name}_`));
      name = `${step.name}_${same.length === 0 ? '' : same.length}`;
      functions.set(body, name);
    }
    return `  let v${inputs.length + k} = ${name}(${step.from.map((v) => `v${v}`).join(', ')});`;
  });
  const loads = inputs.map((type, i) => {
    const element = `${NAMES[i]}[at(i, ${(NAMES[i] as string).toUpperCase()}_STRIDES)]`;
    const value = type === 'u8' ? `unpackBytes(${element})` : element;
    return `  let v${i} = ${TYPES[type]}(${value});`;
  });
  const last = `v${inputs.length + steps.length - 1}`;
  return [
    ...declared,
    array('y', inputs.length, 'read_write', result),
    '',
    ...[...functions].map(([body, name]) => `fn ${name}${body}`),
    '',
    `fn f(i: u32) -> ${result} {`,
    ...loads,
    ...calls,
    `  return ${dtype === 'u8' ? `packBytes(${last})` : last};`,
    '}',
    '',
  ].join('\n');
}
