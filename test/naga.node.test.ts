// Every kernel, linked with its parts, also compiles under naga (Firefox, Deno), not only under Tint (Chromium, Dawn).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { link } from '../src/tensor/link.ts';
import * as weft from '../src/tensor/index.ts';
import { type Tensor, specialize, valueAndGrad } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';
import { BINARY_NAMES, UNARY_NAMES } from './ops/functions.ts';

const device = await testDevice();

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SHADERS = `${ROOT}src/shaders/`;

const GOOD = `@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  y[id.x] = 1.0;
}
`;
const BAD = GOOD.replace('1.0', '1u');

interface Verdict {
  /** Null when Deno found no adapter. */
  readonly adapter: string | null;
  /** The compiler's message, by file. */
  readonly errors: Readonly<Record<string, string>>;
  /** What a file enables and Deno's adapter does not have, by file. */
  readonly lacking: Readonly<Record<string, string>>;
}

/** Every kernel, those with subgroups also for each size that they name. */
const kernels = readdirSync(SHADERS)
  .filter((file) => file.endsWith('.wgsl'))
  .flatMap((file): [string, string][] => {
    const source = link(file, readFileSync(SHADERS + file, 'utf8'));
    const [, named = ''] = /^const LANES = .*the subgroup size: (.*)$/m.exec(source) ?? [];
    const sizes = named.match(/\d+/g) ?? [];
    const sized = sizes.map((size): [string, string] => [
      `${file} for subgroups of ${size}`,
      specialize(source, { LANES: Number(size) }),
    ]);
    return [[file, specialize(source, {})], ...sized];
  });

/** Each elementwise function as its op's kernel, over whole vec4s and over single numbers. */
function functions(): [string, string][] {
  const x = device.tensor([1, 2, 3, 4], [4]);
  const single = device.tensor([1, 2, 3, 4, 5, 6], [3, 2, 1]);
  const beside = device.tensor([1, 2, 3], [1, 3]);
  const all = { ...weft } as unknown as Readonly<Record<string, (...x: Tensor[]) => Tensor>>;
  const recorded = device.capture(
    () => [
      ...UNARY_NAMES.flatMap((name) => [x, single].map((t) => all[name]!(t))),
      ...BINARY_NAMES.flatMap((name) => [all[name]!(x, x), all[name]!(single, beside)]),
      ...[weft.elu(x), weft.leakyRelu(x), weft.gelu(x), weft.clip(x, { min: 0, max: 1 })],
      weft.gelu(x, { approximate: 'tanh' }),
      ...(['i32', 'u32', 'u8'] as const).flatMap((dtype) => {
        const whole = weft.cast(x, { dtype });
        return [whole, weft.cast(whole, { dtype: 'f32' })];
      }),
      ...[weft.isNaN(x), weft.isFinite(x), weft.logicalNot(x), weft.where(x, x, x)],
      ...UNARY_NAMES.map((name) => valueAndGrad(() => weft.sum(all[name]!(x)), [x]).grads),
    ],
    { rewrites: [] },
  );
  return recorded.commands.flatMap((c, i): [string, string][] =>
    c.kind === 'dispatch' ? [[`${c.label}, ${i}`, c.program.wgsl]] : [],
  );
}
kernels.push(...functions());
const files = kernels.map(([name]) => name);
let verdict: Verdict;
/** Why nothing can be compiled here. */
let missing = '';

beforeAll(() => {
  if (deno(['--version']).status !== 0) {
    missing = 'Deno does not run here';
  } else {
    const input = JSON.stringify({ ...Object.fromEntries(kernels), GOOD, BAD });
    const { status, stdout, stderr } = deno(['run', '--quiet', 'test/naga.deno.ts'], input);
    if (status !== 0) throw new Error(`naga.deno.ts failed:\n${stderr}`);
    verdict = JSON.parse(stdout) as Verdict;
    if (verdict.adapter === null) missing = 'Deno finds no adapter here';
  }
  if (missing) console.warn(`naga: skipped: ${missing}`);
});

function deno(args: string[], input = '') {
  const command = ['node_modules/deno/bin.cjs', ...args];
  const quiet = { DENO_NO_PACKAGE_JSON: '1', DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
  const env = { ...process.env, ...quiet };
  return spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8', input, env });
}

test.for(files)('naga compiles %s', (file, { skip }) => {
  skip(missing !== '', missing);
  const feature = verdict.lacking[file];
  skip(feature !== undefined, `Deno's adapter has no ${feature}`);
  expect(verdict.errors[file]).toBeUndefined();
});

test('naga is really asked: it passes a good kernel and refuses a bad one', ({ skip }) => {
  skip(missing !== '', missing);
  expect(verdict.errors['GOOD']).toBeUndefined();
  expect(verdict.errors['BAD']).toMatch(/error/);
});
