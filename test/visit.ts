// The page in a real Chromium, as `npm start` serves it, for the tests of the page.
import { fileURLToPath } from 'node:url';
import { type Page, chromium } from 'playwright';
import { createServer, type Plugin } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';

export const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
export const executablePath = findChromium();
/** A software adapter among other work. */
export const PATIENCE = { timeout: 120_000 };

export interface Visits {
  readonly address: string;
  /** A page, once its data is there, and what it complained of. */
  readonly visit: (search: string) => Promise<{ page: Page; complaints: string[] }>;
  readonly close: () => Promise<void>;
}

/** @param plugins what the page is served with besides */
export async function openVisits(plugins: Plugin[] = []): Promise<Visits> {
  // A file that changes while the test runs must not reload the page.
  const options = { port: 0, watch: null, hmr: false } as const;
  const server = await createServer({ configFile, logLevel: 'error', server: options, plugins });
  await server.listen();
  const address = server.resolvedUrls?.local[0] ?? '';
  const path = executablePath === undefined ? {} : { executablePath };
  const browser = await chromium.launch({ args: CHROMIUM_ARGS, ...path });
  return {
    address,
    async visit(search) {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(address + search);
      await page.locator('.classes canvas').first().waitFor(PATIENCE);
      return { page, complaints };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
