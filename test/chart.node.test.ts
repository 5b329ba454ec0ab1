// The page of charts: what it shows of a result, and that it draws in a real Chromium, from one file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { afterAll, describe, expect, test } from 'vitest';
import { chart } from '../bench/chart/build.mjs';
import { peerName, pointsOf, ridgeOf, roofAt, segmentsOf } from '../bench/chart/points.ts';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { benchResult } from './benchResult.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-chart-'));
let browser: Browser | undefined;
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

describe('what is drawn', () => {
  const { ceilings, step, peers = [] } = benchResult;

  test('kernels with products are dots under the roof, at their FLOPs a byte', () => {
    const points = pointsOf(step!.kernels, step!.kernelsMs);
    expect(points).toHaveLength(1); // adam multiplies no matrices
    expect(points[0]).toMatchObject({ intensity: 500, gflopsPerSecond: 100 });
    expect(points[0]?.share).toBeCloseTo(20 / 21);
    expect(ridgeOf(ceilings)).toBeCloseTo(125 / 12);
    expect(roofAt(1, ceilings)).toBeCloseTo(12);
    expect(roofAt(500, ceilings)).toBeCloseTo(125);
  });

  test('the strip adds up to the wall, and a gap below 0 is none', () => {
    const segments = segmentsOf(step!);
    expect(segments.map(({ phase }) => phase)).toEqual(['forward', 'update', 'gap']);
    expect(segments.reduce((sum, { timeMs }) => sum + timeMs, 0)).toBeCloseTo(50);
    expect(segmentsOf({ ...step!, gapMs: -3 })).toHaveLength(2);
  });

  test('a library with several backends is told apart by them', () => {
    const twice = [...peers, { ...peers[1]!, backend: 'wasm' }];
    expect(twice.map((peer) => peerName(peer, twice))).toEqual([
      'weft',
      'jax-js webgpu',
      'jax-js wasm',
    ]);
  });
});

test('what is no result is refused, with what to do', async () => {
  const file = join(folder, 'old.json');
  writeFileSync(file, '{"batch": 128}');
  await expect(chart(file)).rejects.toThrow(/no schema.*npm run bench -- --save/);
  writeFileSync(file, '{');
  await expect(chart(file)).rejects.toThrow(/is no JSON/);
});

const executablePath = findChromium();
test.skipIf(executablePath === undefined)('the page draws, and loads nothing else', async () => {
  const file = join(folder, 'result.json');
  const named = { ...benchResult.adapter, name: 'a </script><b>GPU</b>' };
  writeFileSync(file, JSON.stringify({ ...benchResult, adapter: named }));
  const page = await chart(file);
  expect(page).toBe(join(folder, 'result.html'));
  expect(readFileSync(page, 'utf8')).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  browser = await chromium.launch({
    args: CHROMIUM_ARGS,
    ...(executablePath !== undefined && { executablePath }),
  });
  const tab = await browser.newPage();
  const wrong: string[] = [];
  tab.on('pageerror', ({ message }) => wrong.push(message));
  tab.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
  });
  await tab.goto(pathToFileURL(page).href);
  await tab.locator('canvas').nth(2).waitFor();
  expect(await tab.locator('.lead').innerText()).toBe('a </script><b>GPU</b>, batch 128');
  expect(await tab.locator('h1').innerText()).toBe('50.0 ms a step');
  expect(await tab.locator('.strip span').count()).toBe(3);
  await tab.locator('summary', { hasText: 'Side by side' }).click();
  expect(await tab.getByRole('region', { name: 'Side by side' }).innerText()).toContain('jax-js');
  // The pointer names a dot: it looks for one all over the roofline.
  const plot = tab.locator('.u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const tip = tab.locator('.tip');
  for (let y = 5; y < box.height && !(await tip.isVisible()); y += 20) {
    for (let x = 5; x < box.width && !(await tip.isVisible()); x += 40) {
      await tab.mouse.move(box.x + x, box.y + y);
    }
  }
  expect(await tip.innerText()).toMatch(/GFLOP\/s, 80 % of the roof/);
  expect(wrong).toEqual([]);
});
