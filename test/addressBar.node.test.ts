// The address under a browser's limits: bounded changes, the last one wins, nothing is thrown.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as AddressBar from '../src/app/web/addressBar.ts';

interface Bar {
  readonly written: string[];
  /** What the browser does with a change of the address. */
  allows: 'all' | 'throws' | 'ignores';
}
let bar: Bar;
let address: Pick<typeof AddressBar, 'here' | 'putAddress' | 'pushAddress'>;

beforeEach(async () => {
  vi.useFakeTimers();
  bar = { written: [], allows: 'all' };
  const location = { href: 'https://weft.example/?seed=1#data' };
  const history = { state: null as unknown, pushState: change, replaceState: change };
  function change(state: unknown, _: string, url: string) {
    if (bar.allows === 'throws') throw new DOMException('too many', 'SecurityError');
    if (bar.allows === 'ignores') return;
    history.state = state;
    location.href = new URL(url, location.href).href;
    bar.written.push(location.href.replace('https://weft.example/', ''));
  }
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', history);
  vi.resetModules();
  address = await import('../src/app/web/addressBar.ts');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const now = () => address.here().href.replace('https://weft.example/', '');

test('a change is written at once, and keeps the other parts', () => {
  address.putAddress({ search: '?seed=2' });
  address.putAddress({ hash: '#model' });
  expect(bar.written).toEqual(['?seed=2#data', '?seed=2#model']);
  address.putAddress({ hash: '#model' }); // nothing new
  expect(bar.written).toHaveLength(2);
});

test('a thousand changes in a moment stay below what Safari allows, and the last one comes', () => {
  for (let i = 0; i < 1000; i++) address.putAddress({ search: `?seed=${i}` });
  expect(bar.written.length).toBeLessThan(100);
  expect(now()).toBe('?seed=999#data');
  const burst = bar.written.length;
  vi.advanceTimersByTime(29_000);
  expect(bar.written).toHaveLength(burst);
  vi.advanceTimersByTime(60_000);
  expect(bar.written.slice(burst)).toEqual(['?seed=999#data']);
});

test.each(['throws', 'ignores'] as const)('a browser that %s loses nothing', (allows) => {
  bar.allows = allows;
  address.putAddress({ search: '?seed=2' });
  expect(address.pushAddress('#inside/test/1', { inside: true })).toBe(false);
  expect(now()).toBe('?seed=2#inside/test/1');
  expect(history.state).toBe(null); // no step was made that the way back could take back
  vi.advanceTimersByTime(120_000);
  bar.allows = 'all';
  vi.advanceTimersByTime(60_000);
  expect(bar.written).toEqual(['?seed=2#inside/test/1']);
  expect(address.pushAddress('#inside/test/2', { inside: true })).toBe(true);
  expect(history.state).toEqual({ inside: true });
});
