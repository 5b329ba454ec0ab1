// The built page in a real Chromium, as people visit it, for the tests of the page.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright';
import type { Plugin } from 'vite';
import { inject } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { buildPage } from './pageBuild.ts';

export { configFile } from './pageBuild.ts';

export const executablePath = findChromium();
/** A software adapter among other work. */
export const PATIENCE = { timeout: 300_000 };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

export interface Served {
  /** Ends with a slash. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves folders over http, as a plain server of files does.
 * @param folderOf the folder on the disk for the first folder of an address, '' for the root, and the file asked for
 * @param headers sent with every answer
 */
export async function serve(
  folderOf: (name: string, file: string) => string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://here');
    const [, first = '', rest = ''] = /^\/(?:([^/]+)\/)?(.*)$/.exec(pathname) ?? [];
    const whole = (path: string) => normalize(path.endsWith('/') ? `${path}index.html` : path);
    const inFolder = folderOf(first, whole(`/${rest}`));
    const name = whole(inFolder === undefined ? pathname : `/${rest}`);
    try {
      const folder = inFolder ?? folderOf('', name);
      if (folder === undefined) throw new Error('no such folder');
      const bytes = readFileSync(join(folder, name));
      const type = TYPES[extname(name)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, ...headers }).end(bytes);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not here');
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export const launch = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    args: [...CHROMIUM_ARGS, ...args],
    ...(executablePath !== undefined && { executablePath }),
  });

/** What a page complains of: warnings, errors, what breaks its policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    const isOurs = text !== 'Service Worker registration blocked by Playwright';
    if (['error', 'warning'].includes(message.type()) && isOurs) complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** What breaks the page's policy becomes a complaint. */
const tellPolicy = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    );
  });

export interface Visits {
  readonly address: string;
  readonly browser: Browser;
  /** A page, once its data is there, and what it complained of. */
  readonly visit: (search: string) => Promise<{ page: Page; complaints: string[] }>;
  readonly close: () => Promise<void>;
}

/** Without the service worker, which a test of its own is about: what is tested comes from the server. */
export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  context.setDefaultTimeout(PATIENCE.timeout);
  return context;
}

/** @param plugins what the page is built with besides */
export async function openVisits(plugins: Plugin[] = []): Promise<Visits> {
  const own = plugins.length > 0 ? mkdtempSync(join(tmpdir(), 'weft-page-')) : undefined;
  if (own !== undefined) await buildPage(own, plugins);
  const folder = own ?? inject('page');
  const { address, close } = await serve((name) => (name === '' ? folder : undefined));
  const browser = await launch();
  return {
    address,
    browser,
    async visit(search) {
      const context = await newContext(browser);
      const page = await context.newPage();
      page.once('close', () => void context.close().catch(() => {})); // the browser may go before it
      const complaints = complaintsOf(page);
      await tellPolicy(page);
      await page.goto(address + search);
      await page.locator('.classes canvas').first().waitFor(PATIENCE);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await close();
      if (own !== undefined) rmSync(own, { recursive: true });
    },
  };
}
