// What is built bears the licenses of what it contains, each with its text.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const configFile = join(root, 'vite.config.ts');

/** The text that a package brings, without what a tool adds about itself. */
function licenseOf(name: string): string {
  const folder = name === 'weft' ? root : join(root, 'node_modules', name);
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.md)?$/i.test(one)) ?? '';
  return readFileSync(join(folder, file), 'utf8').split('# Licenses of bundled')[0]?.trim() ?? '';
}

const FONTS = ['@fontsource-variable/inter', '@fontsource-variable/newsreader'];

test.each([
  ['page', 'licenses.txt', ['preact', 'uplot', 'fflate', 'pako', 'valibot', ...FONTS]],
  ['train', 'train.licenses.txt', ['commander', 'fflate', 'pako']],
  ['library', 'weft.licenses.txt', []],
])('a build of the %s', async (mode, list, packages) => {
  const outDir = mkdtempSync(join(tmpdir(), 'weft-build-'));
  await build({ configFile, mode, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const text = readFileSync(join(outDir, list), 'utf8');
  const heads = [...text.matchAll(/^(\S+) \d+\.\d+\.\d+: \S/gm)].map(([, name]) => name);
  expect(heads).toEqual(expect.arrayContaining(['weft', ...packages]));
  for (const name of heads) expect(text).toContain(licenseOf(name ?? ''));
  if (mode === 'page') {
    expect(text).toContain('SIL OPEN FONT LICENSE Version 1.1');
    expect(existsSync(join(outDir, 'serviceWorker.js'))).toBe(true);
  }
  rmSync(outDir, { recursive: true });
});
