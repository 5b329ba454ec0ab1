// The laws of DESIGN: imports go one way, layers stay in their words, every kernel has a user.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { breaches, machinePaths, type SourceFile } from './law.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEXT = /\.(?:ts|mjs|wgsl|md|json|html|css|svg)$|(?:^|\/)\.?\w+$/;

const read = (path: string): SourceFile => ({ path, text: readFileSync(ROOT + path, 'utf8') });
const filesUnder = (folder: string) =>
  readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));

const source = filesUnder('src').map(read);

describe('the laws', () => {
  test('src keeps them', () => {
    expect(source.length).toBeGreaterThan(0);
    expect(breaches(source)).toEqual([]);
  });

  test('no file names a path of a machine', () => {
    const top = readdirSync(ROOT).filter(
      (name) => name !== '.git' && statSync(ROOT + name).isFile(),
    );
    const folders = ['test', 'bench', 'scripts', '.ci'].filter((name) => existsSync(ROOT + name));
    const rest = [...top, ...folders.flatMap(filesUnder)].filter((path) => TEXT.test(path));
    expect(machinePaths([...source, ...rest.map(read)])).toEqual([]);
  });
});

describe('a breach is noticed', () => {
  const bad: [law: RegExp, path: string, text: string][] = [
    [/:1: tensor must not import nn/, 'src/tensor/a.ts', `import { x } from '../nn/x.ts';`],
    [/:2: nn must not import app/, 'src/nn/a.ts', `// one\nimport { x } from '../app/x.ts';`],
    [/:3: tensor must not import app/, 'src/tensor/a.ts', `import {\n  x,\n} from '../app/x.ts';`],
    [/tensor must not import app/, 'src/tensor/a.ts', `export * from '../index.ts';`],
    [/nn must not import app/, 'src/nn/a.ts', `const x = await import('../app/x.ts');`],
    [
      /tensor imports no package/,
      'src/tensor/a.ts',
      `import { readFileSync, statSync } from 'node:fs';`,
    ],
    [/only through their index/, 'src/app/a.ts', `import { x } from '../tensor/device.ts';`],
    [/only through their index/, 'src/app/cli/a.ts', `import x from '../../shaders/add.wgsl?raw';`],
    [/the story knows no Node/, 'src/app/a.ts', `import { join } from 'node:path';`],
    [/the story does not fetch/, 'src/app/data/a.ts', `await fetch(url);`],
    [/the story knows no DOM/, 'src/app/a.ts', `window.addEventListener('x', f);`],
    [/does not know its faces/, 'src/app/a.ts', `import { x } from './cli/x.ts';`],
    [/do not know each other/, 'src/app/web/a.ts', `import { x } from '../cli/x.ts';`],
    [/only through their index/, 'src/app/a.ts', `import.meta.glob<string>('../shaders/*.wgsl')`],
    [/nothing from outside src/, 'src/app/cli/a.ts', `import { x } from '../../../test/x.ts';`],
    [/:2: the engine knows no Node/, 'src/tensor/a.ts', `\n  process.exit(1);`],
    [/the engine knows no DOM/, 'src/tensor/a.ts', `const x = document.body;`],
    [/nn never says GPU/, 'src/nn/a.ts', `let d: GPUDevice;`],
    [/only \.wgsl/, 'src/shaders/a.ts', ``],
    [/every kernel has a user/, 'src/shaders/a.wgsl', `@compute`],
    [/:351: over 350 lines: 351 lines/, 'src/app/a.ts', 'x;\n'.repeat(351)],
  ];
  const shaders: [law: RegExp, path: string, text: string][] = [
    [/every part has a user/, 'src/shaders/parts/a.wgsl', `fn a() {}`],
    [/a kernel has an entry point/, 'src/shaders/a.wgsl', `fn a() {}`],
    [/a kernel has an entry point/, 'src/shaders/a.wgsl', `// parts: users\nfn a() {}`],
  ];
  test.each(shaders)('%s: %s', (law, path, text) => {
    const importer = `import a from '${path.replace('src', '..')}?raw';`;
    const user = { path: 'src/shaders/user.wgsl', text: '// parts: b\n@compute' };
    const others = [
      { path: 'src/tensor/a.ts', text: importer },
      { path: 'src/tensor/user.ts', text: `import user from '../shaders/user.wgsl?raw';` },
    ];
    const found = breaches([{ path, text }, user, ...others]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(law);
  });

  test.each(bad)('%s: %s', (law, path, text) => {
    const found = breaches([{ path, text }]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(law);
  });

  test('but not where there is none', () => {
    const good: SourceFile[] = [
      { path: 'src/shaders/add.wgsl', text: '// parts: sum, two\n@compute fn main() {}' },
      { path: 'src/shaders/mul.wgsl', text: '// parts: two, sum' },
      { path: 'src/shaders/parts/sum.wgsl', text: '@compute fn main() {}' },
      { path: 'src/shaders/parts/two.wgsl', text: 'const TWO = 2u;' },
      { path: 'src/tensor/link.ts', text: `import.meta.glob('../shaders/parts/*.wgsl');` },
      { path: 'src/tensor/a.ts', text: `import add from '../shaders/add.wgsl?raw'; // document` },
      { path: 'src/tensor/m.ts', text: `import mul from '../shaders/mul.wgsl?raw';` },
      {
        path: 'src/tensor/b.ts',
        text: `const { window } = options; // GPUDevice\nwindow[0];\ndocument.text;`,
      },
      { path: 'src/nn/a.ts', text: `/* GPUDevice\n process.exit */ import '../tensor/index.ts';` },
      { path: 'src/app/a.ts', text: `import { x } from '../nn/index.ts';\nx.fetch();` },
      { path: 'src/app/web/a.ts', text: `import { x } from '../a.ts';\ndocument.title = x;` },
      { path: 'src/app/cli/a.ts', text: `import { join } from 'node:path';\nprocess.exit(1);` },
      { path: 'src/index.ts', text: `export * from './nn/index.ts';\n`.repeat(350) },
    ];
    expect(breaches(good)).toEqual([]);
  });

  test('and so is the path of a machine', () => {
    const text = ['', 'home', 'me', 'data'].join('/');
    expect(machinePaths([{ path: 'README.md', text: `one\nsee ${text}` }])).toHaveLength(1);
    const fine = 'https://example.org/home/page and src/app/work/x and ./tmp/x';
    expect(machinePaths([{ path: 'README.md', text: fine }])).toEqual([]);
  });
});
