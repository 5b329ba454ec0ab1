// The report as a document: complete and offline, escaped, accessible, small; its images are PNGs
// that decode to their pixels, its charts show the run's numbers.

import { unzlibSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DataSet } from '../src/app/data/dataset.ts';
import { explore, type Exploration } from '../src/app/data/eda.ts';
import { discuss } from '../src/app/discussion.ts';
import * as story from '../src/app/cli/story.ts';
import { Palette } from '../src/app/cli/terminal/index.ts';
import { type Evaluation, judge } from '../src/app/evaluation.ts';
import { curveChart } from '../src/app/report/curveChart.ts';
import { calibrationChart, pixelHistogram } from '../src/app/report/distributions.ts';
import { html } from '../src/app/report/markup.ts';
import { encodePng } from '../src/app/report/png.ts';
import { reportHtml } from '../src/app/report/report.ts';
import { roundScale, spread, wholeTicks } from '../src/app/report/scale.ts';
import { scoreLogits } from '../src/nn/index.ts';
import { CLASSES, confusionWith, evaluationOf, recordOf, type RecordChanges } from './runRecord.ts';

const SIZE = 784;

/** `count` images of bars, one direction for each class. */
function bars(count: number) {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  const images = Uint8Array.from({ length: count * SIZE }, (_, i) => {
    const [image, p] = [Math.floor(i / SIZE), i % SIZE];
    const [x, y] = [p % 28, Math.floor(p / 28)];
    return (x * (image % 10) + y * (9 - (image % 10)) + image) % 23 < 8 ? 255 - (p % 50) : 0;
  });
  return { images, labels, count };
}

const DATA: DataSet = {
  ...{ name: 'fashion-mnist', title: 'Fashion-MNIST', builtin: false, classes: CLASSES },
  ...{ height: 28, width: 28, channels: 1, checksum: '', source: '' },
  train: bars(150),
  test: bars(100),
};

let exploration: Exploration;

beforeAll(async () => {
  exploration = await explore(DATA, { seed: 1 });
});

function reportOf(changes: RecordChanges = {}, evaluation?: Evaluation): string {
  const judged = evaluation ?? evaluationOf(confusionWith(10, 2));
  const record = recordOf({ ...changes, evaluation: judged });
  const discussion = discuss(record, judged);
  return reportHtml({ record, evaluation: judged, exploration, data: DATA, discussion });
}

/** Tags that are opened and not closed, or closed out of turn. */
function unbalanced(document: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = '', rest = ''] of document.matchAll(
    /<(\/?)([a-z][a-z0-9]*)([^>]*)>/g,
  )) {
    if (/^(?:meta|img|br)$/.test(name) || rest.endsWith('/')) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe('the document', () => {
  test('is complete, well-formed, loads nothing and stays under 600 kB', () => {
    const text = reportOf();
    expect(text.startsWith('<!doctype html>')).toBe(true);
    const withoutStyle = text.replace(/<style>[\s\S]*<\/style>/, '');
    expect(unbalanced(withoutStyle)).toEqual([]);
    expect(text).toContain("default-src 'none'".replaceAll("'", '&#39;'));
    expect(text).not.toMatch(/<script|<link|https?:|@import|url\(/);
    expect(text).not.toMatch(/undefined|NaN|Infinity|\[object/);
    expect(text.length).toBeLessThan(600_000);
  });

  test('has the sections of the notebook in order, and headings without gaps', () => {
    const text = reportOf();
    const titles = [...text.matchAll(/<h2[^>]*>([^<]+)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      ...['Problem', 'Data', 'Preparation', 'Model', 'Training'],
      ...['Evaluation', 'Discussion', 'How it was run'],
    ]);
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    levels.slice(1).forEach((level, i) => expect(level - (levels[i] ?? 0)).toBeLessThanOrEqual(1));
    for (const [, id] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${id}"`);
  });

  test('speaks to those who do not see it: alternatives, scopes, labeled drawings', () => {
    const text = reportOf();
    const images = text.match(/<img\s[^>]*>/g) ?? [];
    expect(images.length).toBeGreaterThan(100);
    expect(images.every((image) => /alt="[^"]{6,}"/.test(image))).toBe(true);
    const drawings = text.match(/<svg\s[^>]*>/g) ?? [];
    expect(drawings).toHaveLength(4);
    expect(drawings.every((svg) => /role="img"\s+aria-label="[^"]{20,}"/.test(svg))).toBe(true);
    expect((text.match(/<th(?![a-z])[^>]*>/g) ?? []).every((th) => th.includes('scope='))).toBe(
      true,
    );
    expect(text).toContain('<html lang="en">');
  });

  test('escapes what comes from outside', () => {
    const evil = '</style><img src=x onerror="alert(1)">\'&';
    const evaluation = evaluationOf(confusionWith(10, 2), 0.9, CLASSES.with(1, evil));
    const text = reportOf(
      { command: evil, notes: [evil], dataset: { title: evil, source: evil, classes: [evil] } },
      evaluation,
    );
    expect(text).not.toContain('<img src=x');
    expect(text).not.toContain('onerror="alert');
    expect(text.match(/<\/style>/g)).toHaveLength(1);
    expect(text).toContain(
      '&lt;/style&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;',
    );
  });

  test.runIf(typeof document === 'object')(
    'fits a phone, whatever the length of a word in its notes',
    async () => {
      const frame = Object.assign(document.createElement('iframe'), { width: 390, height: 800 });
      frame.srcdoc = reportOf({
        notes: [`no answer from https://example.org/${'long'.repeat(30)}`],
      });
      document.body.append(frame);
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve, { once: true });
      });
      const { scrollWidth = 0, clientWidth = 0 } = frame.contentDocument?.documentElement ?? {};
      frame.remove();
      expect(clientWidth).toBeGreaterThan(300);
      expect(scrollWidth).toBe(clientWidth);
    },
  );

  test("holds the run's figures", () => {
    const text = reportOf();
    expect(text).toContain('95% interval 71.1% to 86.7%');
    expect(text).toContain('80.0<small>%</small>');
    expect(text).toContain('T-shirt/top → Trouser');
    expect(text).toMatch(/2 images, 20\.0% of the\s+class/);
    expect(text).toContain('The 20 most confident errors');
    expect(text).toContain('npm run train -- --epochs 6');
    expect(text).toContain('5f0c2a9e77d1b346');
    expect(text.match(/<td class="hit">8<\/td>/g)).toHaveLength(10);
  });

  test('says when images are the built-in ones, and when the run did not end', () => {
    expect(reportOf()).not.toContain('class="notice"');
    expect(reportOf({ dataset: { builtin: true } })).toContain('were drawn by weft itself');
    expect(reportOf({ stopped: 'interrupted' })).toContain('The run was interrupted;');
    expect(reportOf({ stopped: 'diverged', curve: [] })).toContain('No epoch was completed');
  });

  test('stands where not one figure is a number', () => {
    const { labels, count } = DATA.test;
    const logits = new Float32Array(10 * count).fill(NaN);
    const evaluation = judge(scoreLogits(logits, labels, 10), labels, CLASSES);
    const changes: RecordChanges = {
      stopped: 'diverged',
      curve: [[NaN, NaN, NaN, NaN]],
    };
    const text = reportOf(changes, evaluation);
    expect(text.match(/.{0,60}(?:NaN|Infinity|undefined)(?![\w+/]).{0,40}/g)).toBeNull();
    expect(text).toContain('not all outputs are finite numbers');
    expect(unbalanced(text.replace(/<style>[\s\S]*<\/style>/, ''))).toEqual([]);
    const record = recordOf({ ...changes, evaluation });
    const page = { width: 80, palette: new Palette(0) };
    const told = story.evaluation({ record, judged: evaluation, data: DATA }, page).join('\n');
    expect(told).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('stands without errors, without validation, and with an epoch that diverged', () => {
    const perfect = reportOf({}, evaluationOf(confusionWith(10, 0)));
    expect(perfect).not.toContain('Most confused pairs');
    expect(perfect).not.toContain('confident error');
    expect(unbalanced(perfect.replace(/<style>[\s\S]*<\/style>/, ''))).toEqual([]);
    const odd = reportOf({
      curve: [
        [0.8, 0.7, null, null],
        [NaN, 0.1, null, null],
      ],
    });
    expect(odd).not.toMatch(/NaN|undefined/);
  });
});

describe('charts', () => {
  const chart = {
    title: 'Loss',
    series: [
      { name: 'training', values: [0.8, 0.5, 0.3], accent: false },
      { name: 'validation', values: [0.7, NaN, 0.6], accent: true },
    ],
    epochs: [1, 2, 3],
    format: (value: number) => value.toFixed(2),
    tick: (value: number, digits: number) => value.toFixed(digits),
    floor: 0,
    ceiling: Infinity,
  };

  test('curves are labeled at their ends, broken at gaps, described in words', () => {
    const { text } = curveChart(chart);
    expect(text).toContain(
      'Loss over 3 epochs: training from 0.80 to 0.30; validation from 0.70 to 0.60.',
    );
    const paths = [...text.matchAll(/class="line (\w+)"\s+d="([^"]+)"/g)].map(([, kind, d]) => [
      kind,
      d,
    ]);
    expect(paths.map(([kind]) => kind)).toEqual(['second', 'first']);
    expect(paths[0]?.[1]).toMatch(/^M[\d. ]+L[\d. ]+L[\d. ]+$/);
    expect(paths[1]?.[1]).toMatch(/^M[\d. ]+M[\d. ]+$/);
    expect(text.match(/<circle/g)).toHaveLength(2);
    expect(text).toContain('validation –');
  });

  test('higher values stand higher', () => {
    const { text } = curveChart(chart);
    const [, d = ''] = text.match(/class="line second"\s+d="([^"]+)"/) ?? [];
    const heights = [...d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    expect(heights).toHaveLength(3);
  });

  test('one epoch is a point in the middle', () => {
    const { text } = curveChart({
      ...chart,
      series: [{ name: 'training', values: [0.5], accent: false }],
      epochs: [1],
    });
    expect(text.match(/<circle/g)).toHaveLength(1);
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  test('the ground of the pixels is cut off and named', () => {
    const { text } = pixelHistogram([900, 10, 40, 50]);
    expect(text).toContain('90.0% of the pixels');
    expect(text.match(/class="column"/g)).toHaveLength(4);
    expect(pixelHistogram([10, 30, 40, 20]).text).not.toContain('beyond the scale');
  });

  test('calibration: a dot for every bin that has images', () => {
    const { calibration } = evaluationOf(confusionWith(10, 2), 0.95);
    const { text } = calibrationChart(calibration);
    expect(text.match(/class="dot"/g)).toHaveLength(1);
    expect(text).toMatch(/100 images: confidence 95\.0%, accuracy\s+80\.0%/);
  });
});

describe('scales', () => {
  test('ticks are round and enclose the values', () => {
    expect(roundScale(0, 0.53, 100).ticks).toEqual([0, 0.2, 0.4, 0.6]);
    expect(roundScale(0.841, 0.923, 100).ticks).toEqual([0.84, 0.86, 0.88, 0.9, 0.92, 0.94]);
    expect(roundScale(0, 0.53, 120).at(0.3)).toBeCloseTo(60, 9);
    expect(roundScale(0.5, 0.5, 100).ticks.length).toBeGreaterThan(1);
    expect(wholeTicks(12, 8)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(wholeTicks(3, 8)).toEqual([1, 2, 3]);
    expect(wholeTicks(40, 8)).toEqual([1, 5, 10, 15, 20, 25, 30, 35, 40]);
  });

  test('labels are moved apart in their order and kept inside', () => {
    expect(spread([50, 52], 20, 200)).toEqual([50, 70]);
    expect(spread([199, 198], 20, 200)).toEqual([200, 180]);
    expect(spread([10, 90], 20, 200)).toEqual([10, 90]);
  });
});

describe('markup and images', () => {
  test('what is put in is escaped, what is markup is not, null is nothing', () => {
    expect(
      html`<b title="${`"'`}">${'<&>'}${html`<i>${1}</i>`}${[html`x`, 'y']}${null}</b>`.text,
    ).toBe('<b title="&quot;&#39;">&lt;&amp;&gt;<i>1</i>xy</b>');
  });

  test('a PNG decodes to its pixels', () => {
    const pixels = Uint8Array.of(0, 128, 255, 1, 2, 3);
    const file = encodePng(pixels, 3, 2);
    expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const view = new DataView(file.buffer);
    expect([view.getUint32(16), view.getUint32(20), file[24], file[25]]).toEqual([3, 2, 8, 0]);
    const length = view.getUint32(33);
    expect([...unzlibSync(file.subarray(41, 41 + length))]).toEqual([0, 0, 128, 255, 0, 1, 2, 3]);
    // The CRC of an empty IEND is known: AE 42 60 82.
    expect([...file.subarray(-8)]).toEqual([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
    expect(() => encodePng(pixels, 2, 2)).toThrow('6 pixels for 2x2');
  });
});
