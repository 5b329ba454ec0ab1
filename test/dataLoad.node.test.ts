// Where a run gets its data from: folder, cache, a server that behaves or not, the built-in set.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, loadDataSet, type LoadOptions } from '../src/app/cli/dataset.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';

import { drawn, files, idx, published } from './publishedSet.ts';

const IMAGE_SIZE = 784;

const IMAGES = 'train-images-idx3-ubyte.gz';

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array) => void;

let home: string;
let server: Server;
let url: string;
let answer: Answer;
/** Path and range of every request. */
let asked: string[];

/** As the real server does it: whole, or from where it is asked to begin. */
const wellBehaved: Answer = (request, response, bytes) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= bytes.length)
    return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
  const range = { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  const length = { 'Content-Length': bytes.length - from };
  response.writeHead(from ? 206 : 200, from ? { ...range, ...length } : length);
  response.end(bytes.subarray(from));
};

/** Promises all, sends the given number of bytes, and cuts. */
function cutAfter(
  size: number,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
) {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from ? 206 : 200, {
    'Content-Length': bytes.length - from,
    ...(from && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.write(bytes.subarray(from, from + size));
  // Later, or the client would see the cut before the bytes.
  setTimeout(() => response.destroy(), 100);
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-data-'));
  asked = [];
  answer = wellBehaved;
  server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    asked.push(name + (request.headers.range ? ` ${request.headers.range}` : ''));
    answer(request, response, published.get(name) ?? new Uint8Array(0));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(home, { recursive: true, force: true });
});

const cache = (): string => join(home, 'weft', 'fashion-mnist');
const load = (options: LoadOptions = {}) =>
  loadDataSet({
    ...options,
    origin: {
      env: { XDG_CACHE_HOME: home },
      url,
      files,
      drawBuiltin: () => builtinDataSet({ train: 20, test: 10 }),
      connectMs: 2_000,
      stallMs: 1_000,
      ...options.origin,
    },
  });

async function put(folder: string, changes: Record<string, Uint8Array | null> = {}) {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries({ ...Object.fromEntries(published), ...changes }))
    if (bytes) await writeFile(join(folder, name), bytes);
}

describe('a given folder', () => {
  test('is used, gzipped or unpacked, and no server is asked', async () => {
    const folder = join(home, 'given');
    await put(folder, { [IMAGES]: null });
    await writeFile(join(folder, IMAGES.replace('.gz', '')), idx(files[0]!));
    const { set, notice } = await load({ data: folder });
    expect(set.checksum).toBe(drawn.checksum);
    expect(set).toMatchObject({ name: 'fashion-mnist', builtin: false, source: folder });
    expect(notice).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('may come from FASHION_MNIST_DIR; --data goes first', async () => {
    await put(join(home, 'given'));
    const env = { FASHION_MNIST_DIR: join(home, 'given') };
    expect((await load({ origin: { env } })).set.checksum).toBe(drawn.checksum);
    expect((await load({ data: 'builtin', origin: { env } })).set.builtin).toBe(true);
  });

  test('that is missing, incomplete or damaged is an error, never replaced', async () => {
    const folder = join(home, 'given');
    await expect(load({ data: folder })).rejects.toThrow(`${folder}: there is no such file`);
    await put(folder, { [IMAGES]: null });
    await expect(load({ data: folder })).rejects.toThrow(`has no ${IMAGES}`);
    await put(folder, { [IMAGES]: published.get(IMAGES)!.slice(0, -1) });
    await expect(load({ data: folder })).rejects.toThrow(`${join(folder, IMAGES)}: is cut short`);
    const other = idx(files[0]!);
    other[1_000]! ^= 1;
    await put(folder, { [IMAGES]: gzipSync(other) });
    await expect(load({ data: folder })).rejects.toThrow(/has SHA-256 .* published is/);
    await put(folder, { [IMAGES]: new Uint8Array(200_000) });
    await expect(load({ data: folder })).rejects.toThrow('takes 200000 bytes, more than');
    expect(asked).toEqual([]);
  });

  test('named by FASHION_MNIST_DIR is an error too, and says by whom', async () => {
    const env = { FASHION_MNIST_DIR: join(home, 'nowhere') };
    await expect(load({ origin: { env } })).rejects.toThrow('(FASHION_MNIST_DIR): is not a folder');
  });
});

describe('download and cache', () => {
  test('fetches four files with progress, then needs no server', async () => {
    const progress: string[] = [];
    const first = await load({
      onProgress: ({ file, doneBytes, ofBytes }) => {
        expect(ofBytes).toBe(published.get(file)!.length);
        if (doneBytes === ofBytes) progress.push(file);
      },
    });
    expect(first.notice).toBeUndefined();
    expect(first.set.checksum).toBe(drawn.checksum);
    expect(progress.sort()).toEqual([...published.keys()].sort());
    expect((await readdir(cache())).sort()).toEqual([...published.keys()].sort());
    asked = [];
    expect((await load()).set.checksum).toBe(drawn.checksum);
    expect(asked).toEqual([]);
  });

  test('goes on where the connection was cut', async () => {
    let cuts = 0;
    answer = (request, response, bytes) =>
      request.url === `/${IMAGES}` && cuts++ < 3
        ? cutAfter(1_000, request, response, bytes)
        : wellBehaved(request, response, bytes);
    const { set, notice } = await load();
    expect(notice).toBeUndefined();
    expect(set.checksum).toBe(drawn.checksum);
    expect(asked.slice(0, 4)).toEqual([
      IMAGES,
      `${IMAGES} bytes=1000-`,
      `${IMAGES} bytes=2000-`,
      `${IMAGES} bytes=3000-`,
    ]);
  });

  test('goes on in a later run', async () => {
    await mkdir(cache(), { recursive: true });
    await writeFile(join(cache(), `${IMAGES}.part`), published.get(IMAGES)!.slice(0, 500));
    expect((await load()).set.checksum).toBe(drawn.checksum);
    expect(asked[0]).toBe(`${IMAGES} bytes=500-`);
    expect(existsSync(join(cache(), `${IMAGES}.part`))).toBe(false);
  });

  test('takes a part that is whole already', async () => {
    await mkdir(cache(), { recursive: true });
    await writeFile(join(cache(), `${IMAGES}.part`), published.get(IMAGES)!);
    expect((await load()).set.checksum).toBe(drawn.checksum);
  });

  test.each([
    ['shorter', 400],
    ['longer than the file', 90_000],
  ])('begins anew where an old part is of something else, %s', async (_, size) => {
    await mkdir(cache(), { recursive: true });
    await writeFile(join(cache(), `${IMAGES}.part`), new Uint8Array(size).fill(7));
    expect((await load()).set.checksum).toBe(drawn.checksum);
    expect(asked.filter((path) => path === IMAGES)).toHaveLength(1);
  });

  test('takes the whole file from a server that knows no ranges', async () => {
    await mkdir(cache(), { recursive: true });
    await writeFile(join(cache(), `${IMAGES}.part`), published.get(IMAGES)!.slice(0, 500));
    answer = (_, response, bytes) => void response.end(bytes);
    expect((await load()).set.checksum).toBe(drawn.checksum);
  });

  test('replaces a damaged file in the cache', async () => {
    await put(cache(), { [IMAGES]: new TextEncoder().encode('<html>') });
    expect((await load()).set.checksum).toBe(drawn.checksum);
    expect(asked).toEqual([IMAGES]);
    expect(new Uint8Array(await readFile(join(cache(), IMAGES)))).toEqual(published.get(IMAGES));
  });

  test('an aborted load ends with its reason, not with the built-in set', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('stopped by hand'));
    await expect(load({ signal: stop.signal })).rejects.toThrow('stopped by hand');
    await expect(load({ signal: stop.signal })).rejects.toThrow('stopped by hand');
  });
});

describe('without the real set', () => {
  /** Loads, and expects the built-in set with a notice that gives this reason. */
  async function expectBuiltin(reason: string | RegExp, options: LoadOptions = {}): Promise<void> {
    const { set, notice } = await load(options);
    expect(set).toMatchObject({ name: 'builtin', builtin: true });
    expect(notice).toMatch(reason);
    expect(notice).toContain('drawings, not photographs');
    expect(existsSync(join(cache(), IMAGES))).toBe(false);
  }

  test('offline, soon', async () => {
    await new Promise((done) => server.close(done));
    const began = performance.now();
    await expectBuiltin(/ECONNREFUSED/);
    expect(performance.now() - began).toBeLessThan(30_000); // no patience of a network's is waited for
    server = createServer();
  });

  test('a web page in the place of a file', async () => {
    answer = (_, response) => void response.end('<!DOCTYPE html><title>Sign in</title>');
    await expectBuiltin('is a web page');
    expect(await readdir(cache())).toEqual([]);
  });

  test('other contents than published', async () => {
    const other = idx(files[0]!);
    other[1_000]! ^= 1;
    answer = (_, response) => void response.end(gzipSync(other));
    await expectBuiltin(/has SHA-256 .* published is/);
    expect(await readdir(cache())).toEqual([]);
  });

  test('an error of the server', async () => {
    answer = (_, response) => void response.writeHead(404).end('no');
    await expectBuiltin('the server answers 404 Not Found');
  });

  test('a server that says nothing, and one that stops saying', async () => {
    answer = () => undefined;
    await expectBuiltin('no answer within 0.2 s', { origin: { connectMs: 200 } });
    answer = (_, response, bytes) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 100));
    };
    await expectBuiltin('nothing came for 1 s');
    expect(asked.at(-1)).toBe(`${IMAGES} bytes=100-`);
  });

  test('an answer without end', async () => {
    answer = (_, response) => {
      const more = (): void => void response.write(new Uint8Array(65_536), (e) => e ?? more());
      more();
    };
    await expectBuiltin(`sends more than ${30 * IMAGE_SIZE + 65_536} bytes`);
  });

  test('a cache that cannot be written', async () => {
    await writeFile(join(home, 'weft'), 'a file where the folder belongs');
    const { set, notice } = await load();
    expect(set.builtin).toBe(true);
    expect(notice).toMatch(/ENOTDIR|EEXIST/);
  });
});

test('the cache lies where XDG says', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/a' })).toBe('/a/weft/fashion-mnist');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/h' })).toBe(
    '/h/.cache/weft/fashion-mnist',
  );
});
