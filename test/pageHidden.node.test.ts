// A training in a hidden tab. Playwright keeps every page visible, so here Chromium is spoken to directly.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { expect, inject, test } from 'vitest';
import { CHROMIUM_ARGS } from '../scripts/chromium.mjs';
import { executablePath, PATIENCE, serve } from './visit.ts';

const RUN = '?images=2000&batch=10&epochs=4&validation=100&model=pool4-dense24-drop0.3';

/** The DevTools protocol over a pipe: messages of JSON, each ended by a zero byte. */
class Pipe {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (result: Record<string, unknown>) => void>();
  #asked = 0;
  #rest = '';

  constructor(profile: string) {
    const own = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
    const words = [...own, '--no-first-run', ...CHROMIUM_ARGS, 'about:blank'];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    this.#child = spawn(executablePath as string, words, { stdio: [...stdio] });
    (this.#child.stdio[4] as Duplex).on('data', (bytes: Buffer) => this.#read(bytes));
  }

  #read(bytes: Buffer): void {
    const messages = (this.#rest + bytes.toString()).split('\0');
    this.#rest = messages.pop() ?? '';
    for (const text of messages) {
      const { id, result } = JSON.parse(text) as { id?: number; result?: Record<string, unknown> };
      if (id !== undefined) this.#waiting.get(id)?.(result ?? {});
    }
  }

  send(method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#asked;
    (this.#child.stdio[3] as Duplex).write(
      `${JSON.stringify({ id, method, params, sessionId })}\0`,
    );
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Opens a tab in front of all others; gives a function that evaluates in it. */
  async open(url: string): Promise<(expression: string) => Promise<unknown>> {
    const { targetId } = await this.send('Target.createTarget', { url });
    const session = await this.send('Target.attachToTarget', { targetId, flatten: true });
    return async (expression) => {
      const parameters = { expression, returnByValue: true };
      const answer = await this.send(
        'Runtime.evaluate',
        parameters,
        session['sessionId'] as string,
      );
      return (answer['result'] as { value?: unknown } | undefined)?.value;
    };
  }

  close(): Promise<unknown> {
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill();
    return gone;
  }
}

test.skipIf(executablePath === undefined)(
  'a training goes on in a tab that nobody sees',
  async () => {
    const folder = inject('page');
    const served = await serve((name) => (name === '' ? folder : undefined));
    const profile = await mkdtemp(join(tmpdir(), 'weft-'));
    const pipe = new Pipe(profile);
    try {
      const page = await pipe.open(served.address + RUN);
      const ready = `document.querySelector('button.primary')?.ariaDisabled`;
      await expect.poll(() => page(ready), PATIENCE).toBe('false');
      await page(`document.querySelector('button.primary').click()`);
      const figures = `document.querySelector('.progress dl')?.innerText ?? ''`;
      await expect.poll(() => page(figures), PATIENCE).toMatch(/Epoch\s+1 of 4\s+Loss\s+\d/);

      await pipe.open('about:blank'); // in front
      await expect.poll(() => page('document.visibilityState')).toBe('hidden');
      expect(await page(figures)).not.toMatch(/Epoch\s+4 of 4/);
      const phase = `document.querySelector('.progress .phase')?.textContent`;
      await expect.poll(() => page(phase), PATIENCE).toContain('Done.');
      expect(await page('document.visibilityState')).toBe('hidden');
      const accuracy = `parseFloat(document.querySelector('#accuracy').innerText)`;
      expect(await page(accuracy)).toBeGreaterThan(20);
    } finally {
      await pipe.close();
      await served.close();
      await rm(profile, { recursive: true, force: true });
    }
  },
);
