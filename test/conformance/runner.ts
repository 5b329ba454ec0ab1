// Runs one case on one engine: finds its rule, builds the tensors, differentiates where the case asks.
import type { Engine } from '../engine.ts';
import { type Case, difference, type Host, toValue, type Tolerance, type Value } from './case.ts';
import { isOnnxOptimizer, onnxStep, optimize } from './optimizers.ts';
import { train } from './training.ts';
import { elementwise } from './rules/elementwise.ts';
import { image } from './rules/image.ts';
import { fromLayout, toLayout } from './rules/layout.ts';
import { loss } from './rules/loss.ts';
import { matrix } from './rules/matrix.ts';
import { Context, NotCovered, type Rule, type Rules, type Shaped } from './rules/rule.ts';
import { normalization } from './rules/normalization.ts';
import { shape } from './rules/shape.ts';

const RULES: Rules = { ...elementwise, ...image, ...matrix, ...normalization, ...shape, ...loss };

/** Why an operation has no rule. */
const NOT_COVERED: Readonly<Record<string, string>> = { Cast: 'no float16 or float64' };

/** `Elu(1)+grad` is Elu with alpha 1, its value and its gradient; `Conv.grad` the gradient alone. */
function parse(c: Case) {
  const [, name = '', argument, gradient] =
    /^([^(+.]+)(?:\((.*)\))?(\.grad|\+grad)?$/.exec(c.op) ?? [];
  const implied = argument === undefined ? {} : { alpha: Number(argument), approximate: argument };
  return { name, attributes: { ...implied, ...c.attributes }, gradient: gradient !== undefined };
}

function ruleFor(name: string): Rule {
  const rule = RULES[name];
  if (rule === undefined) throw new NotCovered(NOT_COVERED[name] ?? 'unknown here');
  return rule;
}

const list = <T>(value: T | readonly (T | undefined)[]): readonly (T | undefined)[] =>
  Array.isArray(value) ? value : [value as T];

async function readAs<T extends Shaped>(engine: Engine<T>, x: T): Promise<Host> {
  return { shape: x.shape, data: Float64Array.from(await engine.read(x)) };
}

/** What the engine makes of the case, aligned with its outputs; undefined is not judged. */
export async function results<T extends Shaped>(
  engine: Engine<T>,
  c: Case,
): Promise<(Host | undefined)[]> {
  if (c.op === 'graph') return graph(engine, c);
  if (c.op === 'TrainingRun') return train(engine, c);
  if (c.attributes['steps'] !== undefined) return optimize(engine, c);
  if (isOnnxOptimizer(c.op)) return onnxStep(engine, c);
  if (c.attributes['ties'] === 'split')
    throw new NotCovered('another convention: a tie is split, ours gives all to the first');
  const { name, attributes, gradient } = parse(c);
  const rule = ruleFor(name);
  const given = c.inputs.find((input) => gradient && input?.name === 'dY');
  const hosts = c.inputs.filter((input) => input === undefined || input !== given);
  const isGradient = ({ name: of }: Value) =>
    /^d[A-Z]/.test(of) || c.inputs.some((input) => of === `d${input?.name}`);
  const forward = c.outputs.filter((output) => !gradient || !isGradient(output));
  const context = new Context(engine, rule, hosts, attributes, c.opset, c.outputs);
  const layout = rule.layouts?.output ?? 'plain';

  const found = new Map<Value, Host>();
  const keep = async (output: Value | undefined, x: T | undefined): Promise<void> => {
    if (output === undefined || x === undefined) return;
    const host = fromLayout(await readAs(engine, x), layout, output.shape.length);
    found.set(output, rule.finish?.(host, context) ?? host);
  };
  if (!gradient) {
    const outputs = list(rule.run(context));
    for (const [i, x] of outputs.entries()) await keep(forward[i], x);
    return c.outputs.map((output) => found.get(output));
  }

  // A gradient dX belongs to the input X, or where none has that name, to the first.
  const asked = c.outputs
    .filter((output) => !forward.includes(output))
    .map((output) => {
      const named = hosts.findIndex((input) => input?.name === output.name.slice(1));
      return { output, input: Math.max(named, 0) };
    });
  const wrt = asked.map(({ input }) => context.x(input));
  const dy = given === undefined ? undefined : toLayout(given, layout);
  const cotangent = dy === undefined ? undefined : engine.tensor(dy.data, dy.shape);
  let outputs: readonly (T | undefined)[] = [];
  const f = (): [T, ...T[]] => {
    outputs = list(rule.run(context));
    const y = outputs[rule.loss ?? 0];
    if (y === undefined) throw new Error('the differentiated output is missing');
    return [y, ...outputs.filter((x): x is T => x !== undefined && x !== y)];
  };
  const { grads } = cotangent ? engine.vjp(f, wrt, cotangent) : engine.valueAndGrad(f, wrt);
  for (const [i, x] of outputs.entries()) await keep(forward[i], x);
  for (const [i, { output, input }] of asked.entries()) {
    const grad = grads[i];
    if (grad === undefined) throw new Error(`no gradient for ${output.name}`);
    const host = await readAs(engine, grad);
    found.set(
      output,
      fromLayout(host, rule.layouts?.inputs[input] ?? 'plain', output.shape.length),
    );
  }
  return c.outputs.map((output) => found.get(output));
}

/** Runs the nodes of a small graph one after another. */
async function graph<T extends Shaped>(engine: Engine<T>, c: Case): Promise<(Host | undefined)[]> {
  const values = new Map<string, Value>();
  const set = (name: string | undefined, host: Host | undefined): void => {
    if (name !== undefined && host !== undefined)
      values.set(name, { name, dtype: 'float32', ...host });
  };
  for (const input of c.inputs) set(input?.name, input);
  for (const { op, inputs, outputs, attributes } of c.nodes) {
    if (op === 'Constant') {
      set(outputs[0], toValue(attributes['value'] as Parameters<typeof toValue>[0], ''));
      continue;
    }
    const node = { ...c, op, attributes, inputs: inputs.map((name) => values.get(name)) };
    const [y] = await results(engine, { ...node, outputs: c.outputs.slice(0, 1) });
    set(outputs[0], y);
  }
  return c.outputs.map((output) => values.get(output.name));
}

/** Long sums are judged against the sum of absolute values, see the README of the vectors. */
function toleranceOf(c: Case, output: Value): Tolerance {
  const sumAbs = c.outputs.find(({ name }) => name === 'sum_abs')?.data[0];
  if (sumAbs === undefined) return c.tol;
  if (output.name === 'sum') return { rtol: 0, atol: 1e-6 * sumAbs };
  if (output.name === 'mean')
    return { rtol: 0, atol: (1e-6 * sumAbs) / (c.inputs[0]?.data.length ?? 1) };
  return c.tol;
}

/** What is wrong with the engine's results; throws NotCovered where the engine has no such operation. */
export async function judge<T extends Shaped>(engine: Engine<T>, c: Case): Promise<string[]> {
  const got = await results(engine, c);
  const wrong = c.outputs.map((output, i) => {
    const host = got[i];
    return host === undefined ? undefined : difference(host, output, toleranceOf(c, output));
  });
  if (got.every((host) => host === undefined)) throw new Error('no output to judge');
  return wrong.filter((what) => what !== undefined);
}
