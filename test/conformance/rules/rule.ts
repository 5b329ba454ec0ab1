// A rule says how an operation of the vectors is written with weft's: once, for the GPU and the reference.
import type { DType, Engine, Ops, Shape } from '../../engine.ts';
import type { Case, Host, Value } from '../case.ts';
import { type Layout, toLayout } from './layout.ts';

/** The engine has no such operation. A rule never throws it: what has a rule is covered whole. */
export class NotCovered extends Error {}

export type Shaped = { readonly shape: Shape };

export interface Rule {
  /** Layouts of the inputs and of the first output; what is not said is plain. */
  readonly layouts?: { readonly inputs: readonly Layout[]; readonly output: Layout };
  /** Dtypes of inputs, where they are not f32. */
  readonly dtypes?: readonly (DType | undefined)[];
  /** The case's outputs in order, gradients left out; what is undefined or missing is not judged. */
  readonly run: <T extends Shaped>(c: Context<T>) => T | readonly (T | undefined)[];
  /** Applied to every output once it is read. */
  readonly finish?: (output: Host, c: Context<Shaped>) => Host;
  /** Which output the gradients are of, by default the first. */
  readonly loss?: number;
}

export type Rules = Readonly<Record<string, Rule>>;

/** What a rule sees of a case while it runs on one engine. */
export class Context<T extends Shaped> {
  readonly op: Ops<T>;
  private readonly tensors: (T | undefined)[] = [];

  constructor(
    private readonly engine: Pick<Engine<T>, 'ops' | 'tensor'>,
    private readonly rule: Rule,
    private readonly hosts: readonly (Value | undefined)[],
    private readonly attributes: Case['attributes'],
    readonly opset: number,
    /** The case's outputs, for what attributes leave open. */
    readonly wanted: readonly Value[],
  ) {
    this.op = engine.ops;
  }

  get inputs(): readonly (Value | undefined)[] {
    return this.hosts;
  }

  /** Input i as a tensor in weft's layout. */
  x(i: number): T {
    const tensor = this.optional(i);
    if (tensor === undefined) throw new Error(`input ${i} is absent`);
    return tensor;
  }

  optional(i: number): T | undefined {
    const host = this.hosts[i];
    if (host === undefined) return undefined;
    const { shape, data } = toLayout(host, this.rule.layouts?.inputs[i] ?? 'plain');
    return (this.tensors[i] ??= this.engine.tensor(data, shape, this.rule.dtypes?.[i]));
  }

  /** Input i as it stands in the file: shapes, axes and other arguments that are no tensors here. */
  host(i: number): Value {
    const host = this.hosts[i];
    if (host === undefined) throw new Error(`input ${i} is absent`);
    return host;
  }

  /** The values of input i, if it is there. */
  values(i: number): number[] | undefined {
    const host = this.hosts[i];
    return host === undefined ? undefined : Array.from(host.data);
  }

  constant(data: ArrayLike<number>, shape: Shape, dtype?: DType): T {
    return this.engine.tensor(data, shape, dtype);
  }

  scalar(value: number): T {
    return this.constant([value], []);
  }

  number(name: string, otherwise: number): number {
    return Number(this.attributes[name] ?? otherwise);
  }

  numbers(name: string): number[] | undefined {
    const value = this.attributes[name];
    return Array.isArray(value) ? value.map(Number) : undefined;
  }

  text(name: string, otherwise: string): string {
    const value = this.attributes[name];
    return typeof value === 'string' ? value : otherwise;
  }
}
