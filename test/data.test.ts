// The drawn set, preparation, exploration and the search for duplicates, on small sets made here.
import { FASHION_CLASSES } from '../src/app/data/fashion.ts';
import { describe, expect, test } from 'vitest';
import { builtinDataSet } from '../src/app/data/builtin.ts';
import { checksumOf, type DataSet, type Split } from '../src/app/data/dataset.ts';
import { NEAR_DISTANCE } from '../src/app/data/duplicates.ts';
import { explore, QUANTILES } from '../src/app/data/eda.ts';
import { chooseStratified, scalePixels, splitTrainValidation } from '../src/app/data/prepare.ts';
import { Random } from '../src/app/data/random.ts';

const IMAGE_SIZE = 784;

const small = await builtinDataSet({ train: 400, test: 100, seed: 3 });

const image = ({ images }: Split, index: number): Uint8Array =>
  images.subarray(index * IMAGE_SIZE, (index + 1) * IMAGE_SIZE);

/** A data set out of images and labels, for values that a reader can add up. */
async function made(train: readonly Uint8Array[], test: readonly Uint8Array[]): Promise<DataSet> {
  const split = (list: readonly Uint8Array[]): Split => {
    const images = new Uint8Array(list.length * IMAGE_SIZE);
    list.forEach((pixels, i) => images.set(pixels, i * IMAGE_SIZE));
    return { images, labels: Uint8Array.from(list.keys(), (i) => i % 10), count: list.length };
  };
  return { ...small, train: split(train), test: split(test) };
}

describe('random numbers', () => {
  test('are the same on every platform', () => {
    const random = new Random(1, 2, 3);
    expect([random.next(), random.next(), random.next()]).toMatchInlineSnapshot(`
      [
        1171689243,
        284017704,
        3366795320,
      ]
    `);
  });

  test('have the moments that they promise', () => {
    const random = new Random(5);
    const values = Array.from({ length: 20_000 }, () => random.normal(3, 2));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(3, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[random.integer(5)]!++;
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});

describe('the built-in set', () => {
  test('says what it is', () => {
    expect(small).toMatchObject({
      name: 'builtin',
      title: 'weft built-in garments (drawn, not photographs)',
      builtin: true,
      classes: FASHION_CLASSES,
    });
    expect([small.train.count, small.test.count]).toEqual([400, 100]);
  });

  test('is the same set on every platform', () => {
    expect(small.checksum).toMatchInlineSnapshot(
      `"af400995c36044a1f5be0c5d68ad147725fc09c5a7a8e3e485a0d23a16f47831"`,
    );
  });

  test('another seed draws another set; sizes do not change what is drawn', async () => {
    const other = await builtinDataSet({ train: 20, test: 10, seed: 4 });
    expect(other.checksum).not.toBe(small.checksum);
    const [short, long] = [
      await builtinDataSet({ train: 20, test: 10, seed: 3 }),
      await builtinDataSet({ train: 20, test: 30, seed: 3 }),
    ];
    expect(short.train.images).toEqual(long.train.images);
    expect(await checksumOf(short.train, long.test)).toBe(long.checksum);
  });

  test('has every class equally often, in mixed order', () => {
    for (const { labels, count } of [small.train, small.test]) {
      for (let label = 0; label < 10; label++)
        expect(labels.filter((found) => found === label)).toHaveLength(count / 10);
      expect(Array.from(labels.subarray(0, 10))).not.toEqual([...Array(10).keys()]);
    }
  });

  test('every image shows a garment on black, and each another one', () => {
    const seen = new Set<string>();
    for (const split of [small.train, small.test])
      for (let i = 0; i < split.count; i++) {
        const pixels = image(split, i);
        const lit = pixels.filter((value) => value > 20).length / IMAGE_SIZE;
        expect(lit, `image ${i}`).toBeGreaterThan(0.03);
        expect(lit, `image ${i}`).toBeLessThan(0.85);
        seen.add(pixels.join());
      }
    expect(seen.size).toBe(500);
  });

  test('is harder than toy and easier than noise: nearest class mean', async () => {
    const { train, test } = await builtinDataSet({ train: 3_000, test: 500 });
    const means = Array.from({ length: 10 }, () => new Float64Array(IMAGE_SIZE));
    for (let i = 0; i < train.count; i++)
      image(train, i).forEach((value, p) => (means[train.labels[i]!]![p]! += value / 300));
    let hits = 0;
    for (let i = 0; i < test.count; i++) {
      const pixels = image(test, i);
      const distances = means.map((mean) =>
        mean.reduce((sum, value, p) => sum + (value - pixels[p]!) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === test.labels[i]) hits++;
    }
    expect(hits / test.count).toBeGreaterThan(0.58);
    expect(hits / test.count).toBeLessThan(0.85);
  });

  test('refuses sizes that cannot be, with the value', async () => {
    await expect(builtinDataSet({ train: 5 })).rejects.toThrow('train 5 is not');
    await expect(builtinDataSet({ test: 10.5 })).rejects.toThrow('test 10.5 is not');
  });
});

describe('preparation', () => {
  test('scales bytes to 0..1', () => {
    expect(scalePixels(Uint8Array.of(0, 51, 255))).toEqual(
      Float32Array.of(0, Math.fround(51 / 255), 1),
    );
  });

  const labels = Uint8Array.from({ length: 1_003 }, (_, i) => (i < 503 ? 0 : i % 10));
  const countOf = (indices: Uint32Array, label: number): number =>
    indices.filter((index) => labels[index] === label).length;

  test('holds back every class by its share, exactly the number asked for', () => {
    for (const validation of [0, 1, 7, 100, 501, 1_002, 0.1, 0.333]) {
      const split = splitTrainValidation(labels, { validation, seed: 1 });
      const count = validation < 1 ? Math.round(validation * labels.length) : validation;
      expect(split.validation).toHaveLength(count);
      const all = [...split.train, ...split.validation].sort((a, b) => a - b);
      expect(all).toEqual([...labels.keys()]);
      for (let label = 0; label < 10; label++) {
        const size = labels.filter((found) => found === label).length;
        const share = (size * count) / labels.length;
        expect(Math.abs(countOf(split.validation, label) - share)).toBeLessThan(1);
      }
    }
  });

  test('largest remainder, first class first where they are equal', () => {
    // Shares 1.25, 1.25, 2.5: floors 1, 1, 2 leave one for the largest remainder.
    const few = Uint8Array.of(0, 0, 1, 1, 2, 2, 2, 2);
    const { chosen } = chooseStratified(few, 5, { seed: 0 });
    expect([...chosen].map((i) => few[i])).toEqual([0, 1, 2, 2, 2]);
    const even = Uint8Array.of(3, 3, 5, 5);
    const one = chooseStratified(even, 1, { seed: 0 }).chosen;
    expect(even[one[0]!]).toBe(3);
  });

  test('same seed, same split; another seed, another; ascending', () => {
    const a = splitTrainValidation(labels, { validation: 100, seed: 1 });
    expect(splitTrainValidation(labels, { validation: 100, seed: 1 })).toEqual(a);
    const b = splitTrainValidation(labels, { validation: 100, seed: 2 });
    expect(b.validation).not.toEqual(a.validation);
    for (const list of [a.train, a.validation]) expect(list).toEqual(list.slice().sort());
  });

  test('chooses among some indices only', () => {
    const among = splitTrainValidation(labels, { validation: 503, seed: 1 }).train;
    const { chosen, rest } = chooseStratified(labels, 50, { seed: 1, among });
    expect([...chosen, ...rest].sort((a, b) => a - b)).toEqual([...among]);
  });

  test.each([-1, 1_003, 2_000, 10.5, Number.NaN, Number.POSITIVE_INFINITY, 0.0001])(
    'refuses %s',
    (validation) => {
      const split = () => splitTrainValidation(labels, { validation, seed: 1 });
      expect(split).toThrow(`validation: ${validation} of 1003 images is not possible`);
    },
  );
});

describe('exploration', () => {
  test('of values that a reader can add up', async () => {
    const dark = new Uint8Array(IMAGE_SIZE);
    const bright = new Uint8Array(IMAGE_SIZE).fill(100);
    const half = new Uint8Array(IMAGE_SIZE).fill(200, 0, IMAGE_SIZE / 2);
    // Labels are 0, 1, 2 and again 0 for the eleventh.
    const filler = Array.from({ length: 7 }, () => dark);
    const data = await made([half, bright, dark, ...filler, bright], [bright]);
    const { train, test, perClass, classes } = await explore(data);
    expect(train).toMatchObject({ count: 11, shape: [11, 28, 28, 1], sizeBytes: 11 * 785 });
    expect(train.classCounts).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(test.classCounts).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const { pixels } = train;
    expect([pixels.min, pixels.max]).toEqual([0, 200]);
    expect(pixels.mean).toBeCloseTo(300 / 11, 10);
    const square = (0.5 * 200 ** 2 + 2 * 100 ** 2) / 11;
    expect(pixels.std).toBeCloseTo(Math.sqrt(square - (300 / 11) ** 2), 10);
    expect(pixels.zeroShare).toBeCloseTo(8.5 / 11, 10);
    expect(pixels.histogram[100]).toBe(2 * IMAGE_SIZE);
    expect(pixels.quantiles.map(({ percent }) => percent)).toEqual([...QUANTILES]);
    expect(pixels.quantiles.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 100, 200]);
    const shirt = perClass[0]!;
    expect(shirt).toMatchObject({ label: 0, name: classes[0], count: 2, samples: [0, 10] });
    expect([shirt.meanImage[0], shirt.meanImage[783]]).toEqual([150, 50]);
    expect([shirt.stdImage[0], shirt.stdImage[783]]).toEqual([50, 50]);
    expect(shirt.brightness).toMatchObject({ mean: 100, std: 0, min: 100, max: 100 });
  });

  test('samples are of their class and seeded', async () => {
    const [a, b, c] = await Promise.all([
      explore(small, { seed: 1, samplesPerClass: 5 }),
      explore(small, { seed: 1, samplesPerClass: 5 }),
      explore(small, { seed: 2, samplesPerClass: 5 }),
    ]);
    expect(a.perClass.map(({ samples }) => samples)).toEqual(b.perClass.map((k) => k.samples));
    expect(a.perClass.map(({ samples }) => samples)).not.toEqual(c.perClass.map((k) => k.samples));
    for (const { label, samples } of a.perClass) {
      expect(new Set(samples).size).toBe(5);
      for (const index of samples) expect(small.train.labels[index]).toBe(label);
    }
  });

  test('lets others run, and tells how far it is', async () => {
    const large = await builtinDataSet({ train: 600, test: 50 });
    const shares: number[] = [];
    let pauses = 0;
    await explore(large, {
      onProgress: (share) => shares.push(share),
      pause: async () => void pauses++,
      sliceMs: 0,
    });
    expect(pauses).toBeGreaterThan(0);
    expect(shares.length).toBe(pauses + 1);
    expect(shares).toEqual(shares.slice().sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});

describe('duplicates', () => {
  test('equal and nearly equal images are found, shifted ones are not', async () => {
    const list = Array.from({ length: 60 }, (_, i) => image(small.train, i));
    const grainy = image(small.train, 7).map((value) => value && Math.min(255, value + 1));
    const shifted = new Uint8Array(IMAGE_SIZE);
    shifted.set(image(small.train, 9).subarray(0, -2), 2);
    const { duplicates } = await explore(await made(list, [list[4]!, grainy, shifted]));
    expect(duplicates).toMatchObject({ exact: 1, near: 1, otherLabel: 2 });
    expect(duplicates.pairs.map(({ train, test }) => [train, test])).toEqual([
      [4, 0],
      [7, 1],
    ]);
    expect(duplicates.pairs[0]!.distance).toBe(0);
  });

  test('no pair is missed: every one that plain comparison finds, with its distance', async () => {
    const random = new Random(11);
    // Copies with noise and darker copies, of all strengths, so that many distances lie about the
    // limit; for darker ones the bounds that skip pairs are as tight as they get.
    const list = Array.from({ length: 80 }, (_, i) => image(small.train, i));
    const asked = Array.from({ length: 80 }, (_, i) =>
      list[i]!.map((value) => {
        const other = i % 2 ? value * (1 - i / 1_000) : value + random.uniform(-1, 1) * i * 0.25;
        return Math.round(Math.min(255, Math.max(0, other)));
      }),
    );
    const { duplicates } = await explore(await made(list, asked));
    const expected: [number, number, number][] = [];
    asked.forEach((a, test) => {
      const distances = list.map((b) => {
        let [difference, sum] = [0, 0];
        a.forEach((value, p) => {
          difference += Math.abs(value - b[p]!);
          sum += value + b[p]!;
        });
        return difference / sum;
      });
      const nearest = Math.min(...distances);
      if (nearest <= NEAR_DISTANCE) expected.push([distances.indexOf(nearest), test, nearest]);
    });
    expect(expected.length).toBeGreaterThan(10);
    expect(expected.length).toBeLessThan(80);
    const found = duplicates.pairs.map(({ train, test, distance }) => [train, test, distance]);
    expect(found.sort((a, b) => a[1]! - b[1]!)).toEqual(expected);
  });

  test('black images equal each other', async () => {
    const black = new Uint8Array(IMAGE_SIZE);
    const { duplicates } = await explore(
      await made([image(small.train, 0), black, black], [black]),
    );
    expect(duplicates.pairs).toEqual([{ train: 1, test: 0, distance: 0, sameLabel: false }]);
  });
});
