// What the command line draws: widths, wrapping, charts, images with and without colors, and the
// progress line on a terminal and in a log.

import { describe, expect, test } from 'vitest';
import {
  bar,
  barChart,
  colorDepth,
  columnChart,
  confusionTable,
  drawImage,
  facts,
  halved,
  heading,
  imageRows,
  Palette,
  ProgressLine,
  StatusLine,
  progressLine,
  sparkline,
  table,
  visibleWidth,
  wrap,
  type Progress,
} from '../src/app/cli/terminal/index.ts';
import { CLASSES, confusionWith } from './runRecord.ts';

const PLAIN = new Palette(0);
const COLOR = new Palette(24);
const widest = (lines: readonly string[]) => Math.max(...lines.map(visibleWidth));

describe('colors', () => {
  const on = { isTTY: true, env: { TERM: 'xterm-256color' } };

  test('only on a terminal, and never against NO_COLOR', () => {
    expect(colorDepth(on)).toBe(8);
    expect(colorDepth({ isTTY: true, env: { TERM: 'xterm', COLORTERM: 'truecolor' } })).toBe(24);
    expect(colorDepth({ isTTY: true, env: { TERM: 'xterm' } })).toBe(4);
    expect(colorDepth({ isTTY: true, env: { TERM: 'dumb' } })).toBe(0);
    expect(colorDepth({ ...on, isTTY: false })).toBe(0);
    expect(colorDepth({ ...on, env: { ...on.env, NO_COLOR: '1', FORCE_COLOR: '3' } })).toBe(0);
    expect(colorDepth({ ...on, env: { ...on.env, NO_COLOR: '' } })).toBe(8);
    expect(colorDepth({ isTTY: false, env: { FORCE_COLOR: '3' } })).toBe(24);
    expect(colorDepth({ ...on, env: { ...on.env, FORCE_COLOR: '0' } })).toBe(0);
  });

  test('without colors text stays as it is; with them its width does', () => {
    expect(PLAIN.bold(PLAIN.accent('x'))).toBe('x');
    expect(PLAIN.onGround([9, 9, 9], 'x')).toBe('x');
    expect(COLOR.bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(COLOR.bold('')).toBe('');
    expect(visibleWidth(COLOR.onGround([200, 0, 0], 'five5'))).toBe(5);
  });

  test('ink on a ground is black or white by its lightness, grays use the gray ramp', () => {
    expect(COLOR.onGround([250, 250, 250], 'x')).toContain('38;2;0;0;0;48;2;250;250;250');
    expect(COLOR.onGround([20, 20, 20], 'x')).toContain('38;2;255;255;255');
    expect(new Palette(8).halfBlocks([0, 128, 255], [0, 8, 250])).toBe(
      '\u001b[38;5;16;48;5;16m▀\u001b[38;5;244;48;5;232m▀\u001b[38;5;231;48;5;231m▀\u001b[39;49m',
    );
  });
});

describe('text', () => {
  test('wraps at spaces, indents, leaves a long word whole', () => {
    expect(wrap('the quick brown  fox', 10)).toEqual(['the quick', 'brown fox']);
    expect(wrap('a incomprehensibilities b', 8, '  ')).toEqual([
      '  a',
      '  incomprehensibilities',
      '  b',
    ]);
    expect(wrap('', 10)).toEqual([]);
  });

  test('headings reach the right edge', () => {
    expect(heading('Data', 10, PLAIN)).toBe('Data ─────');
    expect(heading('A long title', 5, PLAIN)).toBe('A long title');
    expect(visibleWidth(heading('Data', 80, COLOR))).toBe(80);
  });

  test('tables align and shorten their first column to fit', () => {
    const columns = [{ title: 'Layer' }, { title: 'Parameters', align: 'right' as const }];
    expect(
      table(
        columns,
        [
          ['conv2d', '320'],
          ['dense', '147,584'],
        ],
        80,
        PLAIN,
      ),
    ).toEqual([
      'Layer   Parameters',
      '──────────────────',
      'conv2d         320',
      'dense      147,584',
    ]);
    const narrow = table(columns, [['a rather long name', '320']], 22, PLAIN);
    expect(narrow[2]).toBe('a rather …         320');
    expect(widest(narrow)).toBe(22);
  });

  test('facts wrap under themselves', () => {
    expect(
      facts(
        [
          ['set', 'one two three four five six seven'],
          ['n', '3'],
        ],
        26,
        PLAIN,
      ),
    ).toEqual(['set  one two three four', '     five six seven', 'n    3']);
  });
});

describe('charts', () => {
  test('bars go by eighths', () => {
    expect(bar(0.5, 4)).toBe('██');
    expect(bar(1 / 32, 4)).toBe('▏');
    expect(bar(2, 3)).toBe('███');
    expect(bar(0, 3)).toBe('');
  });

  test('bar chart: the largest fills its room, the line its width', () => {
    const lines = barChart(
      [
        { name: 'a', value: 1000 },
        { name: 'bb', value: 500 },
      ],
      30,
      PLAIN,
    );
    expect(lines[0]).toBe(`a   ${'█'.repeat(19)}  1,000`);
    expect(lines[1]).toBe(`bb  ${'█'.repeat(9)}▌             500`);
    expect(barChart([{ name: 'a', value: 0 }], 30, PLAIN)[0]).not.toContain('█');
  });

  test('column chart: height by value, anything above nothing is seen', () => {
    expect(columnChart([0, 8, 16, 0.001], 10, 2, PLAIN)).toEqual(['  █', ' ██▁']);
    expect(
      widest(
        columnChart(
          Array.from({ length: 256 }, () => 1),
          64,
          3,
          PLAIN,
        ),
      ),
    ).toBe(64);
  });

  test('sparkline spans its range and leaves a gap for what is not finite', () => {
    expect(sparkline([1, 0.5, NaN, 0])).toBe('█▅ ▁');
    expect(sparkline([2, 2])).toBe('▄▄');
  });

  test('the confusion matrix fits 80 columns, and is readable without colors', () => {
    const lines = confusionTable(confusionWith(1000, 90), CLASSES, 80, PLAIN);
    expect(lines[1]).toBe(
      '0 T-shirt/top   910   90    ·    ·    ·    ·    ·    ·    ·    ·  91.0%',
    );
    expect(widest(lines)).toBeLessThanOrEqual(80);
    const colored = confusionTable(confusionWith(1000, 90), CLASSES, 80, COLOR);
    expect(colored.map(visibleWidth)).toEqual(lines.map(visibleWidth));
    expect(widest(confusionTable(confusionWith(1000, 90), CLASSES, 56, PLAIN))).toBeLessThanOrEqual(
      56,
    );
    expect(() => confusionTable(confusionWith(0, 0), CLASSES, 80, COLOR)).not.toThrow();
  });
});

describe('images', () => {
  const ramp = { pixels: [0, 128, 255, 0, 128, 255, 255, 0, 0], width: 3, height: 3 };

  test('two rows a line, an odd last row over black', () => {
    expect(drawImage(ramp, COLOR)).toEqual([
      '\u001b[38;2;0;0;0;48;2;0;0;0m▀\u001b[38;2;128;128;128;48;2;128;128;128m▀\u001b[38;2;255;255;255;48;2;255;255;255m▀\u001b[39;49m',
      '\u001b[38;2;255;255;255;48;2;0;0;0m▀\u001b[38;2;0;0;0;48;2;0;0;0m▀▀\u001b[39;49m',
    ]);
  });

  test('without colors a ramp of letters, dark to light', () => {
    expect(drawImage(ramp, PLAIN)).toEqual([' +@', '=  ']);
  });

  test('halving takes means of four', () => {
    const image = { pixels: [0, 4, 8, 8, 4, 8, 8, 8], width: 4, height: 2 };
    expect(halved(image)).toEqual({ pixels: [4, 8], width: 2, height: 1 });
  });

  test('rows of images: as many as fit, halved where few would fit, captions cut', () => {
    const image = (name: string) => ({
      pixels: Array.from({ length: 784 }, () => 255),
      width: 28,
      height: 28,
      captions: [name],
    });
    const images = Array.from({ length: 6 }, (_, i) => image(`image number ${i} of six`));
    const narrow = imageRows(images, 80, PLAIN);
    expect(narrow).toHaveLength(2 * 8 + 1);
    expect(narrow[0]).toBe(Array.from({ length: 5 }, () => '@'.repeat(14)).join('  '));
    expect(narrow[7]?.slice(0, 30)).toBe('image number …  image number …');
    const wide = imageRows(images, 120, COLOR);
    expect(wide).toHaveLength(2 * 15 + 1);
    expect(visibleWidth(wide[0] ?? '')).toBe(4 * 28 + 3 * 2);
    expect(imageRows([image('one')], 80, PLAIN)[0]).toHaveLength(28);
    expect(imageRows([], 80, PLAIN)).toEqual([]);
  });
});

const HALF: Progress = {
  ...{ epoch: 3, epochs: 10, share: 0.62, loss: 0.312, accuracy: 0.887 },
  ...{ imagesPerSecond: 1240, etaMs: 48_000 },
};

/** A screen that keeps what is written to it. */
class Page {
  readonly isTTY: boolean;
  readonly columns = 80;
  text = '';

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

describe('progress', () => {
  test('one line that fits any width, its right parts leaving first', () => {
    expect(progressLine(HALF, 80, PLAIN)).toBe(
      'epoch  3/10 ██████████▌······  62%  loss 0.312  acc 88.7%  1,240 img/s  ETA 0:48',
    );
    for (let width = 1; width <= 120; width++)
      expect(visibleWidth(progressLine(HALF, width, COLOR))).toBeLessThanOrEqual(width);
    expect(progressLine(HALF, 64, PLAIN)).not.toContain('ETA');
    expect(progressLine(HALF, 64, PLAIN)).toContain('1,240 img/s');
    expect(progressLine({ ...HALF, loss: null, accuracy: null }, 80, PLAIN)).not.toMatch(
      /null|NaN/,
    );
  });

  test('a terminal is redrawn in place, not more often than it can be seen', () => {
    const page = new Page(true);
    let now = 0;
    const progress = new ProgressLine(page, PLAIN, () => now);
    progress.update({ ...HALF, share: 0.1 });
    now = 20;
    progress.update({ ...HALF, share: 0.2 });
    now = 100;
    progress.update({ ...HALF, share: 0.3 });
    expect(
      page.text
        .split('\r')
        .slice(1)
        .map((line) => line.match(/(\d+)%/)?.[1]),
    ).toEqual(['10', '30']);
    expect(page.text).not.toContain('\n');
    progress.print('epoch 3 done');
    expect(page.text.endsWith('\r\u001b[Kepoch 3 done\n')).toBe(true);
    expect(widest(page.text.split(/[\r\n]/))).toBeLessThan(80);
  });

  test('a log gets a line a tenth, at most one a second, at least one in ten', () => {
    const page = new Page(false);
    let now = 0;
    const progress = new ProgressLine(page, PLAIN, () => now);
    for (let i = 0; i < 100; i++) {
      progress.update({ ...HALF, share: i / 100 });
      now += 500;
    }
    const shares = page.text.split('\n').map((line) => line.match(/(\d+)%/)?.[1] ?? '');
    expect(shares.slice(0, 4)).toEqual(['0', '10', '20', '30']);
    expect(page.text).not.toMatch(/[\r█]/);
    expect(page.text).not.toContain('\u001b');
    now += 3_600_000;
    const slow = new Page(false);
    const crawling = new ProgressLine(slow, PLAIN, () => now);
    for (let i = 0; i < 60; i++) {
      crawling.update({ ...HALF, share: 0.01 + i / 10_000 });
      now += 1000;
    }
    expect(slow.text.trim().split('\n')).toHaveLength(6);
  });
});

test('a status is one line on a terminal, and a line now and then elsewhere', () => {
  let now = 0;
  const told: string[] = [];
  const screen = { isTTY: true, columns: 12, write: (text: string) => told.push(text) };
  const line = new StatusLine(screen, { now: () => now });
  line.draw('run 1 of 3  lr 0.1');
  line.print('done');
  expect(told).toEqual(['\rrun 1 of 3…\u001b[K', '\r\u001b[K', 'done\n']);
  told.length = 0;
  const plain = new StatusLine({ ...screen, isTTY: false }, { plainMs: 15_000, now: () => now });
  plain.draw('a');
  now = 20_000;
  plain.draw('b');
  plain.draw('c');
  expect(told).toEqual(['b\n']);
});
