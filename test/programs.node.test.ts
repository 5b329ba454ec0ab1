// Programs as people write them, each a Node process of its own against the built library: those in the guides as they
// stand there, and the ways in which a program may hold, forget and end a device.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'weft-programs-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

function node(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env };
    const child = execFile(process.execPath, args, { cwd: place, env }, (_, out, err) =>
      resolve({ code: child.exitCode, signal: child.signalCode, out, err }),
    );
  });
}

let runs = 0;
function run(source: string, ...flags: string[]): Promise<Ended> {
  const file = join(place, `program${++runs}.mjs`);
  writeFileSync(file, source);
  return node(...flags, file);
}

beforeAll(async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'), 'dir');
  const built = await new Promise<string>((resolve) => {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const args = [vite, 'build', '--mode', 'library', '--outDir', join(place, 'dist')];
    execFile(process.execPath, args, { cwd: ROOT }, (error, out, err) =>
      resolve(error ? `${out}${err}` : ''),
    );
  });
  if (built) throw new Error(built);
}, 300_000);

/**
 * What the example of the README is given: WebGPU under the browser's name, and labeled images of 28x28 as `bytes` and
 * `classes`, fewer than Fashion-MNIST has. Each class has a band of its own, so that the network has something to learn.
 */
const GIVEN = `import { create } from 'webgpu';
globalThis.navigator = { gpu: create([]) };
globalThis.classes = Uint8Array.from({ length: 6_400 }, (_, i) => i % 10);
globalThis.bytes = Uint8Array.from({ length: 6_400 * 784 }, (_, i) =>
  Math.floor(i % 784 / 79) === classes[Math.floor(i / 784)] ? 255 : 0);
`;
const GIVEN_TYPES = `declare const bytes: Uint8Array;\ndeclare const classes: Uint8Array;\n`;

/** The programs in the guides: blocks that say they are TypeScript or JavaScript. */
const folders = ['.', 'docs', 'examples', 'bench', 'bench/gpu'];
const guides = folders
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => {
    const files = readdirSync(join(ROOT, folder), { withFileTypes: true });
    return files
      .filter((file) => file.isFile() && file.name.endsWith('.md'))
      .map(({ name }) => join(folder, name));
  });
const programs = guides.flatMap((guide) =>
  [...readFileSync(join(ROOT, guide), 'utf8').matchAll(/^```(ts|js|mjs)\n([^]*?)^```/gm)].map(
    ([, language, source], i) => ({
      title: `${guide}, program ${i + 1}`,
      source: source as string,
      isTyped: language === 'ts',
    }),
  ),
);

/** What the last line of a program's output, or all of it, is held to. */
const SAYS: Readonly<Record<string, (line: string, all: string) => void>> = {
  'README.md, program 1'(line) {
    const [loss, , digest] = line.split(' ');
    expect(Number(loss)).toBeLessThan(0.5); // ten bands are soon told apart
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
  },
  'docs/write-an-op.md, program 1': (_, all) =>
    expect(all).toMatch(/^ *1 square → add → gaussian <1(x1)*> {2}.*\n12 B in 1 buffer$/m),
  'docs/write-a-layer.md, program 1'(line) {
    const [scales, loss] = line.split(' ');
    expect(scales).toBe('2');
    expect(Number(loss)).toBeLessThan(2.2);
  },
  'docs/write-an-op.md, program 2': (line) => expect(line).toBe('83 [ -6, -4, -4, 14 ]'),
};

describe('the guides', () => {
  test('hold the programs that are known', () => {
    expect(programs.map(({ title }) => title)).toContain('README.md, program 1');
  });

  test.each(programs)(
    '$title runs as written',
    async ({ title, source }) => {
      writeFileSync(join(place, 'given.mjs'), GIVEN);
      const ended = await run(source, '--import', './given.mjs');
      expect(ended).toMatchObject({ code: 0, signal: null });
      const lines = ended.out.trim().split('\n');
      (SAYS[title] ?? expect.unreachable)(lines.at(-1) ?? '', ended.out);
    },
    600_000,
  );

  test('hold programs that fit the types of the library', async () => {
    const types = join(place, 'types');
    mkdirSync(join(types, 'dist'), { recursive: true });
    writeFileSync(
      join(types, 'dist', 'weft.d.ts'),
      `export * from '${join(ROOT, 'src', 'index.ts')}';\n`,
    );
    writeFileSync(join(types, 'given.d.ts'), GIVEN_TYPES);
    programs.forEach(({ source, isTyped }, i) => {
      if (isTyped) writeFileSync(join(types, `program${i}.ts`), source);
    });
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        typeRoots: [join(ROOT, 'node_modules', '@types'), join(ROOT, 'node_modules')],
      },
      include: [types, join(ROOT, 'src', 'wgsl.d.ts')],
    };
    writeFileSync(join(types, 'tsconfig.json'), JSON.stringify(config));
    const ended = await node(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', types);
    expect(ended.out + ended.err).toBe('');
    expect(ended.code).toBe(0);
  }, 300_000);
});

const HEAD = `import { create } from 'webgpu';
import { setTimeout as wait } from 'node:timers/promises';
import { add, openDevice } from './dist/weft.js';
const collect = async () => { for (let i = 0; i < 3; i++) { gc(); await wait(5); } };
const sums = async (device) => {
  const x = device.tensor([1, 2, 3], [3]);
  return [...(await add(x, x).data())].join();
};
`;

const ways: readonly (readonly [title: string, program: string, code?: number])[] = [
  [
    'keeps the device and nothing else',
    `const device = await openDevice(create([]));
     await collect();
     console.log(await sums(device));
     await collect();
     console.log(await sums(device));`,
  ],
  [
    'forgets the device and goes on',
    `for (let i = 0; i < 2; i++) {
       await (async () => console.log(await sums(await openDevice(create([])))))();
       await collect();
     }`,
  ],
  [
    'destroys the device',
    `const device = await openDevice(create([]));
     console.log(await sums(device), await sums(device));
     device.destroy();
     console.log((await device.lost).reason);`,
  ],
  [
    'holds all of it to the end',
    `globalThis.gpu = create([]);
     globalThis.device = await openDevice(gpu);
     console.log(await sums(device), await sums(device));`,
  ],
  [
    'keeps a tensor alone',
    `const keep = async () => (await openDevice(create([]))).tensor([1, 2, 3], [3]);
     const x = await keep();
     await collect();
     console.log([...(await add(x, x).data())].join(), 2, await sums(x.device));`,
  ],
  [
    'keeps a recording alone',
    `const keep = async () => {
       const device = await openDevice(create([]));
       const x = device.tensor([1, 2, 3], [3]);
       return device.capture(() => add(x, x));
     };
     const recording = await keep();
     await collect();
     recording.replay();
     console.log([...(await recording.result.data())].join(), '2,4,6');`,
  ],
  [
    'leaves work behind that nobody waits for',
    `const device = await openDevice(create([]));
     console.log(await sums(device), await sums(device));
     let x = device.tensor(new Float32Array(1e5), [1e5]);
     for (let i = 0; i < 50; i++) x = add(x, x);
     void device.flush();`,
  ],
  [
    'is refused its options',
    `await openDevice(create([]), { withuot: [] }).catch((error) => console.log(error.message));
     await collect();
     console.log('2,4,6 2,4,6');`,
  ],
  [
    'ends in an error of its own',
    `const device = await openDevice(create([]));
     console.log(await sums(device), await sums(device));
     throw new Error('mine');`,
    1,
  ],
];

describe('a program that', () => {
  test.each(ways)(
    '%s ends by itself, twice of twice',
    async (_, program, code = 0) => {
      for (let i = 0; i < 2; i++) {
        const ended = await run(HEAD + program, '--expose-gc');
        expect(ended).toMatchObject({ code, signal: null });
        expect(ended.out.match(/2,4,6/g)).toHaveLength(2);
      }
    },
    300_000,
  );
});
