// The licenses of what a build contains: every package whose modules or files are in it, with its text, as one file.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
/** What the build tools put in themselves. */
const TOOLS = /^\0?(vite|rolldown)\//;

/**
 * @param root folder of the project, whose own license comes first
 * @param file name of the list
 */
export function licenses(root: string, file: string): { main: Plugin; worker: () => Plugin[] } {
  /** By name: the folder of the package. */
  const found = new Map<string, string>();
  const add = (id: string) => {
    const [, folder, name = TOOLS.exec(id)?.[1]] = PACKAGE.exec(id.replaceAll('\\', '/')) ?? [];
    // Files that a style names are told relative to the page's folder.
    if (name)
      found.set(
        name,
        !folder || folder.startsWith('.') ? join(root, 'node_modules', name) : folder,
      );
  };
  const collect = (bundle: Rolldown.OutputBundle) => {
    for (const part of Object.values(bundle)) {
      const ids = part.type === 'chunk' ? Object.keys(part.modules) : part.originalFileNames;
      for (const id of ids) add(id);
    }
  };
  return {
    main: {
      name: 'licenses',
      apply: 'build',
      generateBundle(_, bundle) {
        collect(bundle);
        this.emitFile({ type: 'asset', fileName: file, source: listOf(root, found) });
      },
    },
    // A worker is a build of its own, done before the page's bundle is.
    worker: () => [
      {
        name: 'licenses of the worker',
        generateBundle(_, bundle) {
          collect(bundle);
        },
      },
    ],
  };
}

const RULE = `\n\n${'-'.repeat(80)}\n\n`;

function listOf(root: string, found: ReadonlyMap<string, string>): string {
  const packages = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return [root, ...packages.map(([, folder]) => folder)].map(entryOf).join(RULE) + '\n';
}

/** @throws Error where a package brings no text of its license: then it must not be built in */
function entryOf(folder: string): string {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { name: string; version: string; license?: string };
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
  if (file === undefined || !existsSync(join(folder, file)))
    throw new Error(`${name} is part of the build and brings no text of its license`);
  // A tool's file goes on with the licenses of what the tool itself is made of.
  const [text = ''] = readFileSync(join(folder, file), 'utf8').split(/^# Licenses of bundled/m);
  return `${name} ${version}${license ? `: ${license}` : ''}\n\n${text.trim()}`;
}
