// Fetches a file over HTTP into a `.part` file beside its place: what a cut connection left is
// continued, also by a later run, and only a checked file gets its name.
import { createWriteStream } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { DataError } from '../data/dataset.ts';

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

  constructor(problem: string, answered: boolean, options?: ErrorOptions) {
    super(problem, options);
    this.answered = answered;
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
  const part = `${path}.part`;
  let clean = (await sizeOf(part)) === 0;
  let fruitless = 0;
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(part);
    try {
      await fetchRest(url, part, before, options);
      const bytes = new Uint8Array(await readFile(part));
      await options.check(bytes);
      await rename(part, path);
      return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof Interrupted) {
        if ((await sizeOf(part)) <= before) fruitless++;
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
  try {
    limit.start(options.connectMs, `no answer within ${options.connectMs / 1000} s`);
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
    const total = Number.isNaN(length) ? undefined : from + length;
    const file = createWriteStream(part, { flags: from > 0 ? 'a' : 'w' });
    let done = from;
    try {
      await once(file, 'open');
      onProgress?.(done, total);
      limit.start(options.stallMs, `nothing came for ${options.stallMs / 1000} s`);
      for await (const piece of response.body) {
        done += piece.length;
        if (done > maxBytes)
          throw new DataError(url, `sends more than ${maxBytes} bytes: it is not the file`);
        if (!file.write(piece)) await once(file, 'drain');
        limit.start(options.stallMs, `nothing came for ${options.stallMs / 1000} s`);
        onProgress?.(done, total);
      }
    } finally {
      limit.stop();
      file.end();
      await once(file, 'close');
    }
    if (total !== undefined && done < total)
      throw new Interrupted(`the connection was cut after ${done} of ${total} bytes`, answered);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError || error instanceof Interrupted || isFileError(error))
      throw error;
    throw new Interrupted(limit.expired ?? reasonOf(error), answered, { cause: error });
  } finally {
    limit.stop();
  }
}

/** A disk that is full or not ours is no fault of the connection. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

/** fetch says only "fetch failed"; the reason stands in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message || code || cause.name;
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

  start(ms: number, what: string): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.expired = what;
      this.#abort.abort();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
