// The build's part in working offline: the service worker with the list of what it keeps, and the page's fonts asked
// for before its style is read.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const WORKER = 'serviceWorker.js';

/** Fonts come in parts by script: those that English text needs are kept from the first visit on. */
const isKept = (name: string) =>
  !name.endsWith('.map') && (!name.endsWith('.woff2') || /-latin-(?!ext)/.test(name));

/** @param source of the service worker */
export const offline = (source: string): Plugin => ({
  name: 'offline',
  apply: 'build',
  enforce: 'post',
  buildStart() {
    this.emitFile({ type: 'chunk', id: source, fileName: WORKER });
  },
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2') && isKept(name));
      const common = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true };
      return fonts.map((name) => ({
        tag: 'link',
        injectTo: 'head',
        attrs: { ...common, href: `./${name}` },
      }));
    },
  },
  // The files as they lie on the disk are what a server gives: no other plugin changes them after that.
  writeBundle({ dir = '' }, bundle) {
    if (!(WORKER in bundle)) return;
    const names = Object.keys(bundle).filter((name) => name !== WORKER && isKept(name));
    const files = names.sort().map((name): [string, string] => {
      const digest = createHash('sha256').update(readFileSync(join(dir, name)));
      return [name === 'index.html' ? './' : `./${name}`, digest.digest('hex')];
    });
    const all = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
    const path = join(dir, WORKER);
    const code = readFileSync(path, 'utf8')
      .replaceAll('PAGE_FILES', JSON.stringify(Object.fromEntries(files)))
      .replaceAll('PAGE_DIGEST', JSON.stringify(all));
    writeFileSync(path, code);
  },
});
