// SHA-256 without the browser's: the same digests as Node's, at every length around a block and over many.
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from '../src/app/data/dataset.ts';
import { sha256Of } from '../src/app/data/sha256.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

afterEach(() => vi.unstubAllGlobals());

test('gives the digests of the standard', () => {
  const of = (text: string) => hex(sha256Of(new TextEncoder().encode(text)));
  expect(of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(of('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('gives those of Node for every length up to three blocks, wherever the bytes lie', () => {
  const bytes = new Uint8Array(randomBytes(200));
  for (let length = 0; length <= 192; length++) {
    const part = bytes.subarray(5, 5 + length);
    expect(hex(sha256Of(part))).toBe(expected(part));
  }
  const large = new Uint8Array(randomBytes(3_000_001));
  expect(hex(sha256Of(large))).toBe(expected(large));
});

test('is taken where crypto.subtle is missing', async () => {
  const bytes = new Uint8Array(randomBytes(1000));
  vi.stubGlobal('crypto', {});
  expect(await sha256(bytes)).toBe(expected(bytes));
});
