// One vector file: its types, its numbers as the file spells them, and the verdict on what came out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An array on the host, row-major, whatever its dtype was. */
export interface Host {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Value extends Host {
  readonly name: string;
  readonly dtype: string;
}

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
  readonly scaled?: number;
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Case {
  readonly name: string;
  readonly family: string;
  readonly op: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly tol: Tolerance;
  readonly tags: readonly string[];
  /** Of the op "graph": what runs, in order. */
  readonly nodes: readonly Node[];
}

interface RawValue {
  name: string;
  dtype: string;
  shape: number[];
  data?: (number | string | boolean)[];
  bin?: { file: string; offset: number; bytes: number };
  fill?: number;
}

interface RawCase extends Omit<Case, 'inputs' | 'outputs' | 'tags' | 'opset' | 'nodes'> {
  opset?: number;
  tags?: string[];
  nodes?: Node[];
  inputs: (RawValue | null)[];
  outputs: RawValue[];
}

/** Numbers stand as themselves, as "NaN" and "Infinity", as booleans, in a file beside, or once for all. */
export function toValue(raw: RawValue, folder: string): Value {
  const size = raw.shape.reduce((product, dim) => product * dim, 1);
  const { name, dtype, shape } = raw;
  if (raw.fill !== undefined)
    return { name, dtype, shape, data: new Float64Array(size).fill(raw.fill) };
  if (raw.bin === undefined) {
    // A float32 is spelled by the shortest decimal that rounds to it.
    const exact = dtype === 'float32' ? Math.fround : (value: number) => value;
    const data = Float64Array.from(raw.data ?? [], (value) => exact(Number(value)));
    return { name, dtype, shape, data };
  }
  const { file, offset, bytes } = raw.bin;
  const part = new Uint8Array(readFileSync(join(folder, file))).slice(offset, offset + bytes);
  return { name, dtype, shape, data: Float64Array.from(new Float32Array(part.buffer)) };
}

export function readCase(path: string): Case {
  const folder = join(path, '..');
  const raw = JSON.parse(readFileSync(path, 'utf8')) as RawCase;
  return {
    ...raw,
    opset: raw.opset ?? Infinity,
    tags: raw.tags ?? [],
    nodes: raw.nodes ?? [],
    inputs: raw.inputs.map((value) => (value === null ? undefined : toValue(value, folder))),
    outputs: raw.outputs.map((value) => toValue(value, folder)),
  };
}

/** What is wrong with `got`, by the rules of the folder's README; undefined when nothing is. */
export function difference(got: Host, want: Value, tol: Tolerance): string | undefined {
  if (got.shape.join() !== want.shape.join())
    return `${want.name}: shape [${got.shape}], want [${want.shape}]`;
  const largest = want.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const scaled = tol.scaled !== undefined && largest > 0 ? tol.scaled * largest : undefined;
  const exact = !want.dtype.startsWith('float');
  let worst: { at: number; over: number } | undefined;
  for (const [at, value] of want.data.entries()) {
    const result = got.data[at] ?? Number.NaN;
    const allowed = exact ? 0 : (scaled ?? tol.atol + tol.rtol * Math.abs(value));
    if (allowed === 0 || !Number.isFinite(value)) {
      if (!Object.is(Math.fround(result) + 0, Math.fround(value) + 0))
        worst = { at, over: Infinity };
      continue;
    }
    const over = Math.abs(result - value) / allowed;
    if (!(over <= 1) && !(over <= (worst?.over ?? 1))) worst = { at, over };
  }
  if (worst === undefined) return undefined;
  const { at, over } = worst;
  return `${want.name}[${at}] of [${want.shape}]: got ${got.data[at]}, want ${want.data[at]}, ${over.toPrecision(3)} times the tolerance`;
}
