// The confusion matrix as a heat map that is a table: hits on a quiet ground, errors in the accent.
import { useRef } from 'preact/hooks';
import { mostConfusedClasses, shownText } from '../../readable.ts';
import { percent } from '../../wording.ts';
import { useGridKeys } from '../gridKeys.ts';
import type { AlbumQuery } from '../protocol.ts';
import { Opens } from './opens.tsx';

/** Ink reads on up to this share of the accent, light and dark; paper from the second on (contrast 4.5). */
const [INK_UP_TO, PAPER_FROM] = [0.53, 0.84];
/** How strong an error is against the worst, as a root, where the number changes its color. */
const TURN = 0.75;

/** Share of the accent in a cell. The root lets errors that are a tenth of the worst still show. */
function groundOf(share: number, worst: number): number {
  const strength = Math.sqrt(share / worst);
  return strength < TURN
    ? (INK_UP_TO * strength) / TURN
    : PAPER_FROM + ((1 - PAPER_FROM) / 2) * ((strength - TURN) / (1 - TURN));
}

interface ConfusionProps {
  /** Row: true class, column: predicted class. */
  readonly matrix: readonly (readonly number[])[];
  readonly classes: readonly string[];
  /** Which images were counted; each cell narrows it down to its own. */
  readonly images: Pick<AlbumQuery, 'split' | 'epoch' | 'judged'>;
  /** It says how it is read; one that comes after another need not. */
  readonly isFirst?: boolean;
}

export function Confusion({ matrix, classes, images, isFirst = true }: ConfusionProps) {
  const table = useRef<HTMLTableElement>(null);
  useGridKeys(table);
  const share = (row: readonly number[], p: number) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return support === 0 ? 0 : (row[p] ?? 0) / support;
  };
  const shown = mostConfusedClasses(matrix);
  const worst = Math.max(
    ...shown.map((t) =>
      Math.max(...shown.map((p) => (p === t ? 0 : share(matrix[t] as readonly number[], p)))),
    ),
  );
  const opens = (query: Omit<AlbumQuery, 'split'>, content: string | number, says: string) => (
    <Opens query={{ ...images, ...query }} says={says} roving>
      {content}
    </Opens>
  );
  const cell = (row: readonly number[], t: number, p: number) => {
    const count = row[p] ?? 0;
    if (count === 0) return <td class="none">·</td>;
    const [truth = '', answer = ''] = [classes[t], classes[p]];
    const title = t === p ? `${truth}, named rightly` : `${truth} called ${answer}`;
    const says = `${title}: ${count}, ${percent(share(row, p))} of the class`;
    const content = opens({ title, label: t, predicted: p }, count, says);
    if (t === p) return <td class="hit">{content}</td>;
    const ground = groundOf(share(row, p), worst);
    return (
      <td class={ground >= PAPER_FROM ? 'strong' : ''} style={{ '--share': ground.toFixed(3) }}>
        {content}
      </td>
    );
  };
  const called = (p: number) => matrix.reduce((sum, row) => sum + (row[p] ?? 0), 0);
  return (
    <table ref={table} class="confusion" aria-label="Confusion matrix">
      {isFirst && (
        <caption>
          Rows are true classes, columns what the network said. Gray cells were named rightly; an
          error’s ground is the stronger the larger its share of the row. Every number and every
          name opens its images; arrow keys go from one to the next.{' '}
          {shownText(shown.length, classes.length)}
        </caption>
      )}
      <thead>
        <tr>
          <th scope="col">True class</th>
          {shown.map((p) => {
            const name = classes[p] ?? '';
            const title = `All that was called ${name}`;
            return (
              <th scope="col">
                {opens(
                  { title, predicted: p },
                  name,
                  `${name}: ${called(p)} images were called so`,
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {shown.map((t) => {
          const row = matrix[t] as readonly number[];
          const name = classes[t] ?? '';
          const count = row.reduce((sum, n) => sum + n, 0);
          return (
            <tr>
              <th scope="row">
                {opens(
                  { title: `All of ${name}, and what they were called`, label: t },
                  name,
                  `${name}: ${count} images`,
                )}
              </th>
              {shown.map((p) => cell(row, t, p))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
