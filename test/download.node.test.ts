// Downloads under hard circumstances: several runs at once, runs that are no more, a proxy, a server that exaggerates.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, request as ask, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadDataSet, type LoadOptions } from '../src/app/cli/dataset.ts';
import { openPart } from '../src/app/cli/part.ts';
import { fetchThrough } from '../src/app/cli/proxy.ts';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { drawn, files, published } from './publishedSet.ts';

let home: string;
let server: Server;
let url: string;
let answer: (response: ServerResponse, bytes: Uint8Array, name: string) => void;
let asked: string[];

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const end = async (server: Server) => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-download-'));
  asked = [];
  answer = (response, bytes) => void response.end(bytes);
  server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    asked.push(name);
    answer(response, published.get(name) ?? new Uint8Array(0), name);
  });
  url = `http://${await listen(server)}/`;
});
afterEach(async () => {
  await end(server);
  await rm(home, { recursive: true, force: true });
});

const cache = () => join(home, 'weft', 'fashion-mnist');
const load = (origin: LoadOptions['origin'] = {}, options: LoadOptions = {}) =>
  loadDataSet({
    ...options,
    origin: {
      env: { XDG_CACHE_HOME: home },
      ...{ url, files, connectMs: 5_000, stallMs: 500 },
      drawBuiltin: () => builtinDataSet({ train: 20, test: 10 }),
      ...origin,
    },
  });
const [FIRST] = [files[0]!.name];

describe('several runs at once', () => {
  test('each has the whole set, and no part is left', async () => {
    // Each answer comes in two halves, so that all are under way together.
    answer = (response, bytes) => {
      response.write(bytes.subarray(0, bytes.length / 2));
      setTimeout(() => response.end(bytes.subarray(bytes.length / 2)), 30);
    };
    const loaded = await Promise.all(Array.from({ length: 5 }, () => load()));
    for (const { set, notice } of loaded) {
      expect(notice).toBeUndefined();
      expect(set.checksum).toBe(drawn.checksum);
    }
    expect((await readdir(cache())).sort()).toEqual([...published.keys()].sort());
  });

  test('what another run has brought meanwhile is used where the own download fails', async () => {
    answer = (response, bytes, name) => {
      if (name !== FIRST) return void response.end(bytes);
      void writeFile(join(cache(), FIRST), published.get(FIRST)!).then(() => response.destroy());
    };
    const { set, notice } = await load();
    expect(notice).toBeUndefined();
    expect(set.checksum).toBe(drawn.checksum);
  });

  test('a part that is taken away while it is written costs another request, and no run', async () => {
    let taken = 0;
    answer = (response, bytes, name) => {
      if (name !== FIRST || taken++ > 0) return void response.end(bytes);
      response.write(bytes.subarray(0, 1_000));
      const take = async (): Promise<void> => {
        const part = (await readdir(cache())).find((name) => name.endsWith('.part'));
        if (part === undefined) return void setTimeout(() => void take(), 5);
        await rm(join(cache(), part));
        response.end(bytes.subarray(1_000));
      };
      void take();
    };
    const { set, notice } = await load();
    expect(notice).toBeUndefined();
    expect(set.checksum).toBe(drawn.checksum);
  });
});

describe('parts', () => {
  const half = () => published.get(FIRST)!.slice(0, 700);
  let sleeper: ChildProcess;
  beforeEach(async () => {
    await mkdir(cache(), { recursive: true });
    sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(sleeper, 'spawn');
  });
  afterEach(() => sleeper.kill('SIGKILL'));

  test('of a run that goes on is left alone; of one that ended, it is taken over and cleaned away', async () => {
    const path = join(cache(), FIRST);
    const alive = `${path}.${sleeper.pid}-abc.part`;
    await writeFile(alive, half());
    const { part, release } = await openPart(path);
    expect(existsSync(alive)).toBe(true);
    expect(existsSync(part)).toBe(false);
    release();

    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    const shorter = `${path}.${sleeper.pid}-short.part`;
    await writeFile(shorter, half().slice(0, 20));
    const next = await openPart(path);
    expect((await readdir(cache())).sort()).toEqual([next.part.slice(cache().length + 1)]);
    const third = await openPart(path); // the second is ours and open
    expect(existsSync(next.part)).toBe(true);
    next.release();
    third.release();
  });

  test('of a number that another process has by now is stale after an hour', async () => {
    const path = join(cache(), FIRST);
    const old = `${path}.${sleeper.pid}-abc.part`;
    await writeFile(old, half());
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, hoursAgo, hoursAgo);
    const { part, release } = await openPart(path);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(part)).toBe(true);
    release();
  });
});

describe('a server that announces more than it sends', () => {
  test('and ends the connection: noticed at once, with both figures', async () => {
    answer = (response, bytes) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 100));
      setTimeout(() => response.destroy(), 50);
    };
    const { notice } = await load({ stallMs: 60_000 });
    const of = published.get(FIRST)!.length;
    expect(notice).toContain(`the connection was cut after 100 of ${of} bytes`);
  });

  test('and all of the file: it is taken, connection ended or not', async () => {
    for (const isEnded of [true, false]) {
      await rm(cache(), { recursive: true, force: true });
      answer = (response, bytes) => {
        response.writeHead(200, { 'Content-Length': bytes.length + 1_000 });
        response.write(bytes);
        if (isEnded) setTimeout(() => response.destroy(), 50);
      };
      const { set, notice } = await load();
      expect(notice).toBeUndefined();
      expect(set.checksum).toBe(drawn.checksum);
    }
  });

  test('and keeps it open: given up after two silences, not after a minute of them', async () => {
    answer = (response, bytes) => {
      response.writeHead(200, { 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, 100));
    };
    const { notice } = await load({ stallMs: 300 });
    expect(notice).toMatch(/nothing came for 0.3 s after 100 of \d+ bytes/);
    expect(asked).toEqual([FIRST, FIRST]);
  });
});

describe('a proxy of the environment', () => {
  let proxy: Server;
  let through: string[];
  let at: string;
  beforeEach(async () => {
    through = [];
    // As proxies do it: a tunnel for CONNECT, and plain requests passed on.
    proxy = createServer((request, response) => {
      through.push(`${request.method} ${request.url}`);
      const onward = ask(request.url!, { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
    proxy.on('connect', (request, socket, head) => {
      through.push(`CONNECT ${request.url}`);
      const [host, port] = request.url!.split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    at = await listen(proxy);
  });
  afterEach(() => end(proxy));

  test.each(['HTTP_PROXY', 'http_proxy'])('%s is followed for all four files', async (variable) => {
    const { set, notice } = await load({ fetch: fetchThrough({ [variable]: `http://${at}` }) });
    expect(notice).toBeUndefined();
    expect(set.checksum).toBe(drawn.checksum);
    expect(through.length).toBeGreaterThan(0);
  });

  test('HTTPS_PROXY is asked for a tunnel to the host', async () => {
    const { port } = server.address() as AddressInfo;
    // No certificate here: that the tunnel is asked for is what is to be seen.
    await expect(
      fetchThrough({ HTTPS_PROXY: `http://${at}` })(`https://127.0.0.1:${port}/x`),
    ).rejects.toThrow(`(through the proxy of HTTPS_PROXY, ${at})`);
    expect(through).toEqual([`CONNECT 127.0.0.1:${port}`]);
  });

  test('NO_PROXY excepts hosts, and nothing set is nothing followed', async () => {
    const env = { HTTP_PROXY: `http://${at}`, NO_PROXY: '127.0.0.1' };
    expect((await load({ fetch: fetchThrough(env) })).set.checksum).toBe(drawn.checksum);
    await fetchThrough({})(url);
    expect(through).toEqual([]);
  });

  test('one that does not answer is named, without name and password', async () => {
    await end(proxy);
    const { set, notice } = await load({
      fetch: fetchThrough({ http_proxy: `http://me:secret@${at}` }),
    });
    expect(set.builtin).toBe(true);
    expect(notice).toContain(`(through the proxy of http_proxy, ${at})`);
    expect(notice).toContain('ECONNREFUSED');
    expect(notice).not.toContain('secret');
    proxy = createServer();
    const wrong = await load({ fetch: fetchThrough({ HTTP_PROXY: 'not an address' }) });
    expect(wrong.notice).toContain('(through the proxy of HTTP_PROXY, what is no address)');
  });
});
