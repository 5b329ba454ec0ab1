// The built page, once for all tests of the page: what people visit, with its policy and its lazy parts. Only the built-in
// set is smaller.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { TestProject } from 'vitest/node';
import { smallSet } from './smallSet.ts';

export const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));

/** @param plugins what it is built with besides */
export async function buildPage(outDir: string, plugins: Plugin[] = []): Promise<void> {
  const options = { outDir, emptyOutDir: true };
  const own = [smallSet(), ...plugins];
  // A worker is a build of its own.
  const worker = { plugins: () => own };
  await build({
    configFile,
    mode: 'page',
    logLevel: 'error',
    build: options,
    plugins: own,
    worker,
  });
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the built page. */
    page: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const outDir = mkdtempSync(join(tmpdir(), 'weft-page-'));
  await buildPage(outDir);
  project.provide('page', outDir);
  return () => rmSync(outDir, { recursive: true, force: true });
}
