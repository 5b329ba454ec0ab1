// docs/api is what typedoc makes of the sources as they are.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as weft from '../src/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = join(ROOT, 'docs', 'api');

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

test('the API reference is up to date; otherwise run: npm run docs', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-api-'));
  try {
    execFileSync('npm', ['run', 'docs', '--silent', '--', '--out', folder], { cwd: ROOT });
    expect(filesIn(folder).sort()).toEqual(filesIn(KEPT).sort());
    for (const file of filesIn(folder)) {
      const [made, kept] = [folder, KEPT].map((of) => readFileSync(join(of, file), 'utf8'));
      expect(kept === made, `docs/api/${file} is out of date; run: npm run docs`).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('it has every name that the package exports', () => {
  const text = filesIn(KEPT)
    .map((file) => readFileSync(join(KEPT, file), 'utf8'))
    .join('\n');
  const headings = new Set(
    [...text.matchAll(/^### ([\w\\]+)/gm)].map(([, name = '']) => name.replaceAll('\\', '')),
  );
  const names = [...Object.keys(weft), ...Object.keys(weft.nn)].filter(
    (name) => !['nn', 'kinds'].includes(name),
  );
  expect(names.filter((name) => !headings.has(name))).toEqual([]);
});
