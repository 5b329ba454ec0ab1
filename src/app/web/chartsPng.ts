// The run's charts as one PNG, in the colors of the page: the learning curves as they stand there, and the matrix.
import { percent } from '../wording.ts';
import type { PageVerdict } from './protocol.ts';

/** In CSS pixels; the file has two for each. */
const [MARGIN, GAP, WIDTH, SCALE] = [32, 28, 760, 2];
const CELL = 46;
const NAMES = 96;

/**
 * Throws an Error where the browser gives no canvas.
 * @param hasCurves the curves that stand on the page are those of the verdict's run
 */
export async function chartsPng({ record }: PageVerdict, hasCurves: boolean): Promise<Blob> {
  const figures = hasCurves ? document.querySelectorAll<HTMLElement>('#training figure') : [];
  const curves = [...figures].flatMap((figure) => {
    const canvas = figure.querySelector('canvas');
    const title = figure.querySelector('figcaption b')?.textContent ?? '';
    return canvas && canvas.width > 0 ? [{ canvas, title }] : [];
  });
  const inner = WIDTH - 2 * MARGIN;
  const heights = curves.map(({ canvas }) => (canvas.height / canvas.width) * inner);
  const { confusion, accuracy } = record.test;
  const { classes } = record.dataset;
  const side = NAMES + classes.length * CELL;
  const height =
    MARGIN + heights.reduce((sum, h) => sum + 24 + h + GAP, 0) + 24 + side + GAP + MARGIN;

  const sheet = document.createElement('canvas');
  sheet.width = WIDTH * SCALE;
  sheet.height = Math.ceil(height * SCALE);
  const context = sheet.getContext('2d');
  if (!context) throw new Error('this browser gives no canvas to draw the charts on');
  context.scale(SCALE, SCALE);
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  const write = (text: string, x: number, y: number, font: string, ink = color('ink')) => {
    context.font = `${font} "Inter Variable", system-ui, sans-serif`;
    context.fillStyle = ink;
    context.fillText(text, x, y);
  };
  context.fillStyle = color('paper');
  context.fillRect(0, 0, WIDTH, height);

  let y = MARGIN;
  curves.forEach(({ canvas, title }, i) => {
    const tall = heights[i] as number;
    write(title, MARGIN, y + 14, '600 14px');
    context.drawImage(canvas, MARGIN, y + 24, inner, tall);
    y += 24 + tall + GAP;
  });
  write(`Confusion matrix: test accuracy ${percent(accuracy)}`, MARGIN, y + 14, '600 14px');
  y += 24;
  const worst = Math.max(1, ...confusion.flatMap((row, t) => row.filter((_, p) => p !== t)));
  confusion.forEach((row, t) => {
    const top = y + NAMES + t * CELL;
    write(classes[t] ?? '', MARGIN, top + CELL / 2 + 4, '12px');
    row.forEach((count, p) => {
      const left = MARGIN + NAMES + p * CELL;
      const share = t === p ? 0 : Math.sqrt(count / worst);
      context.fillStyle = t === p ? color('hit') : color('raised');
      context.fillRect(left, top, CELL - 2, CELL - 2);
      context.globalAlpha = share;
      context.fillStyle = color('accent');
      context.fillRect(left, top, CELL - 2, CELL - 2);
      context.globalAlpha = 1;
      context.textAlign = 'center';
      const ink = share > 0.7 ? color('paper') : count === 0 ? color('soft') : color('ink');
      write(
        count === 0 ? '·' : String(count),
        left + CELL / 2 - 1,
        top + CELL / 2 + 4,
        '12px',
        ink,
      );
      context.textAlign = 'left';
    });
  });
  classes.forEach((name, p) => {
    context.save();
    context.translate(MARGIN + NAMES + p * CELL + CELL / 2 + 3, y + NAMES - 8);
    context.rotate(-Math.PI / 2);
    write(name, 0, 0, '12px');
    context.restore();
  });
  return new Promise((done, fail) => {
    sheet.toBlob(
      (blob) => (blob ? done(blob) : fail(new Error('the charts could not be written as PNG'))),
      'image/png',
    );
  });
}
