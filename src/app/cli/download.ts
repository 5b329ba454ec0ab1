// Fetches a file over HTTP into a part of its own beside its place: what a cut connection left is continued, also by a
// later run, several runs at once do not meet, and only a checked file gets its name.
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { DataError } from '../data/dataset.ts';
import { openPart } from './part.ts';
import { reasonOf } from './proxy.ts';

export interface DownloadOptions {
  /** Throws a DataError where the bytes are not the file that was wanted. */
  readonly check: (bytes: Uint8Array) => Promise<void>;
  /** More bytes than this are not taken. */
  readonly maxBytes: number;
  readonly fetch: typeof fetch;
  /** Until the server answers, and between two pieces of the answer. */
  readonly connectMs: number;
  readonly stallMs: number;
  readonly onProgress?: ((doneBytes: number, ofBytes: number | undefined) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Connections per file; each goes on where the last was cut. */
const ATTEMPTS = 6;
/** Of these, connections that may be cut before they bring one new byte. */
const FRUITLESS = 1;

/** The connection failed or was cut; what came so far is kept. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** The server had answered, so there is one. */
  readonly answered: boolean;
  /** It was still open, and silent for so long that we cut it. */
  readonly stalled: boolean;

  constructor(problem: string, how: { answered: boolean; stalled: boolean }, cause?: unknown) {
    super(problem, { cause });
    this.answered = how.answered;
    this.stalled = how.stalled;
  }
}

/**
 * Fetches `url` to `path`, checked. Throws a DataError that names the address; nothing is left
 * under `path` then. Where the caller's signal ends it, the signal's reason is thrown.
 */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const { part, release } = await openPart(path);
  try {
    return await downloadInto(part, url, path, options);
  } finally {
    if ((await sizeOf(part)) === 0) await rm(part, { force: true });
    release();
  }
}

async function downloadInto(
  part: string,
  url: string,
  path: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  let clean = (await sizeOf(part)) === 0;
  let fruitless = 0;
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, options);
      return await finish(part, path, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof Interrupted) {
        // A server may announce more than there is: what came is the file, or it is not.
        const whole = await finish(part, path, options).catch(() => undefined);
        if (whole) return whole;
        if ((await sizeOf(part)) <= before) fruitless += error.stalled ? 2 : 1;
        if (error.answered && attempt < ATTEMPTS && fruitless <= FRUITLESS) continue;
        throw new DataError(url, error.message, { cause: error });
      }
      if (!(error instanceof DataError)) throw error;
      await rm(part, { force: true });
      // A part from an earlier run may belong to other contents: once more from the start.
      if (clean) throw error;
      clean = true;
    }
  }
}

/** Checks the part and gives it its name. @throws DataError where it is not the file */
async function finish(part: string, path: string, options: DownloadOptions): Promise<Uint8Array> {
  const bytes = new Uint8Array(
    await readFile(part).catch((error: unknown) => {
      throw isMissing(error)
        ? new Interrupted('the part was taken away', { answered: true, stalled: false }, error)
        : error;
    }),
  );
  await options.check(bytes);
  // Taken away since: this run has its bytes all the same.
  await rename(part, path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Appends to `part` what is missing behind its first `have` bytes. */
async function fetchRest(
  url: string,
  part: string,
  have: number,
  options: DownloadOptions,
): Promise<void> {
  const { maxBytes, onProgress, signal } = options;
  const limit = new Deadline(signal);
  let answered = false;
  let done = have;
  let total: number | undefined;
  const cut = () => `the connection was cut after ${done} of ${total} bytes`;
  try {
    limit.start(options.connectMs, () => `no answer within ${options.connectMs / 1000} s`);
    const response = await options.fetch(url, {
      signal: limit.signal,
      headers: {
        // A file that is compressed already must come as it is, or its ranges mean nothing.
        'Accept-Encoding': 'identity',
        ...(have > 0 && { Range: `bytes=${have}-` }),
      },
    });
    answered = true;
    const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(
      response.headers.get('Content-Range') ?? '',
    );
    if (response.status === 416 && have > 0 && Number(range?.[2]) === have) {
      await response.body?.cancel();
      return; // all of it was there
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      const known = `${response.status} ${response.statusText}`.trim();
      throw new DataError(url, `the server answers ${known}`);
    }
    // A server that knows no ranges sends all of it, with status 200.
    const from = response.status === 206 ? have : 0;
    if (response.status === 206 && Number(range?.[1]) !== have) {
      await response.body.cancel();
      throw new DataError(url, `the server sends another range than the one asked for`);
    }
    const length = Number(response.headers.get('Content-Length') ?? Number.NaN);
    total = Number.isNaN(length) ? undefined : from + length;
    const file = createWriteStream(part, { flags: from > 0 ? 'a' : 'w' });
    done = from;
    try {
      await once(file, 'open');
      onProgress?.(done, total);
      const tick = () => {
        const much = total === undefined ? `${done} bytes` : `${done} of ${total} bytes`;
        limit.start(
          options.stallMs,
          () => `nothing came for ${options.stallMs / 1000} s after ${much}`,
        );
      };
      tick();
      for await (const piece of response.body) {
        done += piece.length;
        if (done > maxBytes)
          throw new DataError(url, `sends more than ${maxBytes} bytes: it is not the file`);
        if (!file.write(piece)) await once(file, 'drain');
        tick();
        onProgress?.(done, total);
      }
    } finally {
      limit.stop();
      file.end();
      await once(file, 'close');
    }
    if (total !== undefined && done < total)
      throw new Interrupted(cut(), { answered, stalled: false });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError || error instanceof Interrupted || isFileError(error))
      throw error;
    const problem = limit.expired ?? (total !== undefined ? cut() : reasonOf(error));
    throw new Interrupted(problem, { answered, stalled: limit.expired !== undefined }, error);
  } finally {
    limit.stop();
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A disk that is full or not ours is no fault of the connection. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** A time limit that can be set anew; it aborts `signal`, as the caller's own signal does. */
class Deadline {
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** What took too long, once it did. */
  expired: string | undefined;
  readonly signal: AbortSignal;

  constructor(outer: AbortSignal | undefined) {
    this.signal = outer ? AbortSignal.any([outer, this.#abort.signal]) : this.#abort.signal;
  }

  start(ms: number, what: () => string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.expired = what();
      this.#abort.abort();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
