// Linking: a kernel with the parts that it names is one WGSL, which Tint takes with its defaults as naga does
// (naga.node.test.ts), and which `specialize` rewrites as a whole.
import { describe, expect, test } from 'vitest';
import { link } from '../src/tensor/link.ts';
import { kernel, specialize } from '../src/tensor/index.ts';
import { testDevice } from './gpu.ts';

const device = await testDevice();
const sources = import.meta.glob<string>('../src/shaders/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

describe('a kernel', () => {
  const parts = new Map([
    ['one', '// parts: two, three\nconst ONE = 1u;\n'],
    ['two', '// parts: three\nconst TWO = 2u;\n'],
    ['three', '// parts: one\nalias Three = f32;\n'],
    ['four', 'const FOUR = 4u;\n'],
  ]);

  test('comes first, then its parts and theirs, each once', () => {
    const source = '// y = x\n// parts: two, one\nenable subgroups;\n';
    const linked = link('k', source, parts);
    expect(linked.startsWith(source)).toBe(true);
    expect(linked.match(/^(const|alias) \w+/gm)).toEqual(['const TWO', 'const ONE', 'alias Three']);
    expect(link('k', '// y = x\n', parts)).toBe('// y = x\n');
  });

  test('that names a part which is not there is refused, with those that are', () => {
    expect(() => link('k', '// parts: one, five', parts)).toThrow(
      'kernel k: k names a part five; there are one, two, three, four',
    );
    expect(() => kernel('k', '// parts: nothing')).toThrow('kernel k: k names a part nothing');
  });

  test('has its consts rewritten in its parts, too, and no others', () => {
    const linked = link('k', '// parts: one\nconst K = 1u;\n', parts);
    const text = specialize(linked, { K: 5, TWO: 7, Three: 'vec4f' });
    expect(text).toContain('const K = 5u;');
    expect(text).toContain('const TWO = 7u;');
    expect(text).toContain('alias Three = vec4f;');
    expect(() => specialize(linked, { FOUR: 1 })).toThrow('declares no const FOUR');
  });
});

describe('A marked loop', () => {
  const loop = (end: string, body: string) =>
    `const N = 8u;\nfn f() {\n  for (var i = 0u; i < ${end}; i++) { // unroll\n${body}  }\n}\n`;

  test('is written out, as often as a const says, in braces where it declares', () => {
    expect(specialize(loop('N / 4u', '    a[i] += b[i / 4u];\n'), {})).toBe(
      'const N = 8u;\nfn f() {\n  a[0u] += b[0u / 4u];\n  a[1u] += b[1u / 4u];\n}\n',
    );
    expect(specialize(loop('N', '    let v = i;\n'), { N: 1 })).toBe(
      'const N = 1u;\nfn f() {\n  {\n    let v = 0u;\n  }\n}\n',
    );
  });

  test('whose turns nobody can count is refused', () => {
    expect(() => specialize(loop('M', '    a[i] = 0;\n'), {})).toThrow('M turns');
    expect(() => specialize(loop('N / 3u', '    a[i] = 0;\n'), {})).toThrow('N / 3u turns');
    expect(() => specialize('  for (var i = 1u; i < 2u; i++) { // unroll\n  }\n', {})).toThrow(
      'unrolled',
    );
  });
});

describe('Tint takes', () => {
  const { gpu } = device;
  test('every kernel with its defaults', async () => {
    expect(Object.keys(sources).length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      const code = specialize(kernel(path, source).source, {});
      if (/^enable (\w+);/m.test(code) && !gpu.features.has('subgroups')) continue;
      gpu.pushErrorScope('validation');
      gpu.createShaderModule({ code });
      const error = await gpu.popErrorScope();
      if (error) wrong.push(`${path}: ${error.message}`);
    }
    expect(wrong).toEqual([]);
  });

  test('no kernel whose part is wrong', async () => {
    gpu.pushErrorScope('validation');
    gpu.createShaderModule({
      code: link('k', '// parts: p\n', new Map([['p', 'fn f() -> f32 {}']])),
    });
    expect((await gpu.popErrorScope())?.message).toBeDefined();
  });
});
