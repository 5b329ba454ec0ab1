// The reader of deflate beside zlib: the same bytes, the same end, and the same damaged streams refused.
import { constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gunzip } from '../src/app/data/gzip.ts';
import { inflate, InflateError } from '../src/app/data/inflate.ts';
import { Random } from '../src/app/data/random.ts';

interface Unpacked {
  readonly contents: Uint8Array;
  readonly end: number;
}

function ours(stream: Uint8Array): Unpacked | undefined {
  const parts: Uint8Array[] = [];
  try {
    const end = inflate(stream, 0, (part) => parts.push(part));
    return { contents: new Uint8Array(Buffer.concat(parts)), end };
  } catch (error) {
    if (!(error instanceof InflateError)) throw error;
    return undefined;
  }
}

function zlibs(stream: Uint8Array): Unpacked | undefined {
  try {
    const { buffer, engine } = inflateRawSync(stream, { info: true }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return { contents: new Uint8Array(buffer), end: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

/** Bytes with runs, repeats and noise, so that every kind of copy and code comes up. */
function contentsOf(random: Random, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const alphabet = random.integer(256) + 1;
  for (let at = 0; at < size;) {
    const length = Math.min(size - at, random.integer(400) + 1);
    if (random.chance(0.5) && at > 0) {
      const back = random.integer(at) + 1;
      for (let i = 0; i < length; i++) bytes[at + i] = bytes[at + i - back]!;
    } else for (let i = 0; i < length; i++) bytes[at + i] = random.integer(alphabet);
    at += length;
  }
  return bytes;
}

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
];

function packed(random: Random): { contents: Uint8Array; stream: Uint8Array } {
  const contents = contentsOf(random, random.integer(random.chance(0.1) ? 90_000 : 3_000));
  const options = {
    level: random.integer(10),
    strategy: STRATEGIES[random.integer(4)]!,
    memLevel: 1 + random.integer(9),
  };
  return { contents, stream: new Uint8Array(deflateRawSync(contents, options)) };
}

describe('beside zlib', () => {
  test('400 streams of every kind of block unpack to the same bytes and end at the same one', () => {
    const random = new Random(41);
    for (let i = 0; i < 400; i++) {
      const { contents, stream } = packed(random);
      const behind = random.integer(4);
      const longer = new Uint8Array(stream.length + behind).fill(0xa5);
      longer.set(stream);
      const found = ours(longer);
      expect(found?.end, `stream ${i}`).toBe(stream.length);
      expect(Buffer.compare(found!.contents, contents), `stream ${i}`).toBe(0);
    }
  });

  test('6,000 damaged or invented streams: refused where zlib refuses, else the same', () => {
    const random = new Random(42);
    const counts = { accepted: 0, refused: 0 };
    for (let i = 0; i < 6_000; i++) {
      let stream: Uint8Array;
      if (random.chance(0.4)) {
        // Invented: most begin with the codes of a block.
        stream = Uint8Array.from({ length: 1 + random.integer(60) }, () => random.integer(256));
        stream[0] = (stream[0]! & 0xf8) | random.integer(8);
      } else {
        stream = packed(random).stream.slice(0, 1 + random.integer(4_000));
        for (let hit = 0; hit <= random.integer(3); hit++)
          stream[random.integer(Math.min(stream.length, 200))]! ^= 1 << random.integer(8);
      }
      const [mine, theirs] = [ours(stream), zlibs(stream)];
      const hex = Buffer.from(stream).toString('hex').slice(0, 200);
      expect(mine === undefined, `stream ${i}: ${hex}`).toBe(theirs === undefined);
      if (mine && theirs) {
        counts.accepted++;
        expect(mine.end, `stream ${i}: ${hex}`).toBe(theirs.end);
        expect(Buffer.compare(mine.contents, theirs.contents), `stream ${i}: ${hex}`).toBe(0);
      } else counts.refused++;
    }
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(1_000);
  });
});

/** Reads everything as contents of `size` bytes. */
const read = (file: Uint8Array, size: number) => gunzip('x.gz', file, 1, () => size);

describe('a stored block', () => {
  const file = new Uint8Array(gzipSync('twelve bytes', { level: 0 }));

  test('whose length and its complement do not agree is refused', () => {
    expect(new TextDecoder().decode(read(file, 12))).toBe('twelve bytes');
    const at = 10 + 1; // behind the header and the block's first byte
    expect(file[at]).toBe(12);
    for (const byte of [2, 3]) {
      const wrong = file.slice();
      wrong[at + byte]! ^= 1;
      expect(() => read(wrong, 12)).toThrow('damaged (invalid stored block lengths)');
    }
  });

  test('is never read past its end', () => {
    const long = file.slice();
    long.set([0xff, 0xff, 0, 0], 11);
    expect(() => read(long, 12)).toThrow(/more than the 12|is cut short/);
  });
});

test('a cut stream is called cut, wherever it was, and what came out is handed on', () => {
  const stream = new Uint8Array(deflateRawSync('cut anywhere, even before it begins'));
  for (let size = 0; size < stream.length; size++)
    expect(() => inflate(stream.slice(0, size), 0, () => {}), `${size} bytes`).toThrow(
      expect.objectContaining({ name: 'InflateError', isCut: true }),
    );
  let out = 0;
  const long = new Uint8Array(deflateRawSync(new Uint8Array(1_000_000)));
  expect(() => inflate(long.slice(0, -1), 0, (part) => (out += part.length))).toThrow('ends in a');
  expect(out).toBeGreaterThan(990_000);
});

/** A header with the given flags and optional fields, before the data of an ordinary file. */
const withHeader = (flags: number, optional: Uint8Array, plain: Uint8Array) =>
  Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3), optional, plain.slice(10)]);

describe('time and memory stay in proportion to the file', () => {
  const plain = new Uint8Array(gzipSync('x'));
  const msOf = (f: () => unknown) => {
    const began = performance.now();
    f();
    return performance.now() - began;
  };

  test('a size bomb ends with the first part that is refused', () => {
    const sizes: number[] = [];
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(60_000_000)));
    const unpack = () =>
      inflate(bomb, 0, ({ length }) => {
        sizes.push(length);
        throw new RangeError('full');
      });
    expect(unpack).toThrow(new RangeError('full'));
    expect(sizes).toEqual([65_536]);
  });

  test('a comment or a name of 8 MB costs about what its bytes cost', () => {
    for (const flag of [8, 16]) {
      const file = withHeader(flag, new Uint8Array(8_000_001).fill(65, 0, 8_000_000), plain);
      expect(read(file, 1)).toHaveLength(1);
      // Against a measure of the same machine in the same minute: one pass over bytes in JavaScript.
      const onePass = msOf(() => file.reduce((sum, byte) => sum ^ byte, 0));
      expect(msOf(() => read(file, 1))).toBeLessThan(10 * onePass + 50);
    }
  });

  test('many blocks of a few bytes, each with codes of its own', () => {
    // A block with codes as short as they come, and nothing but its end: 0 0 … 256 with one bit.
    const bits: number[] = [];
    const put = (value: number, count: number) => {
      for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
    };
    const block = (last: number) => {
      put(last, 1);
      put(2, 2);
      put(0, 5); // 257 lengths
      put(0, 5); // 1 distance
      put(14, 4); // 18 lengths of code lengths: 16 17 18 0 … 1
      for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1])
        put(symbol === 18 ? 1 : symbol === 0 || symbol === 1 ? 2 : 0, 3);
      put(0, 1); // 18: zeros
      put(127, 7); // 138
      put(0, 1);
      put(107, 7); // 118, so 256 in all
      put(3, 2); // 1
      put(1, 2); // 0, the one distance
      put(0, 1); // the end
    };
    for (let i = 0; i < 20_000; i++) block(i === 19_999 ? 1 : 0);
    const stream = new Uint8Array(Math.ceil(bits.length / 8));
    bits.forEach((bit, i) => (stream[i >> 3]! |= bit << (i & 7)));
    expect(zlibs(stream)).toEqual({ contents: new Uint8Array(0), end: stream.length });
    expect(ours(stream)).toEqual({ contents: new Uint8Array(0), end: stream.length });
  });
});

describe('behind the stream', () => {
  const file = new Uint8Array(gzipSync('one'));
  const more = new Uint8Array(gzipSync('two'));
  const text = (bytes: Uint8Array, size: number) => new TextDecoder().decode(read(bytes, size));
  const zeros = (count: number) => new Uint8Array(count);

  test('zeros are padding, also between members; anything else is refused', () => {
    for (const count of [1, 2, 512, 10_240])
      expect(text(Buffer.concat([file, zeros(count)]), 3)).toBe('one');
    expect(text(Buffer.concat([file, zeros(7), more, zeros(3)]), 6)).toBe('onetwo');
    expect(() => text(Buffer.concat([file, zeros(7), Uint8Array.of(1)]), 3)).toThrow(
      '1 bytes follow the gzip stream that do not belong to it',
    );
  });

  test('a copy does not reach into the member before', () => {
    // Fixed codes: length 3 (0000001), distance 1 (00000), end of block.
    const reaching = zeros(3);
    const bits = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bits.forEach((bit, i) => (reaching[i >> 3]! |= bit << (i & 7)));
    const second = Buffer.concat([file.slice(0, 10), reaching, zeros(8)]);
    expect(() => text(Buffer.concat([file, second]), 6)).toThrow(
      'damaged (invalid distance too far back)',
    );
  });
});
