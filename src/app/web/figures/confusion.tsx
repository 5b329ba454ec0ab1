// The confusion matrix as a heat map that is a table: hits on a quiet ground, errors in the accent.
import { percent } from '../../wording.ts';

/** Ink reads on up to this share of the accent, light and dark; paper from the second on (contrast 4.5). */
const [INK_UP_TO, PAPER_FROM] = [0.53, 0.84];
/** How strong an error is against the worst, as a root, where the number changes its colour. */
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
}

export function Confusion({ matrix, classes }: ConfusionProps) {
  const share = (row: readonly number[], p: number) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return support === 0 ? 0 : (row[p] ?? 0) / support;
  };
  const worst = Math.max(
    ...matrix.flatMap((row, t) => row.map((_, p) => (p === t ? 0 : share(row, p)))),
  );
  const cell = (row: readonly number[], t: number, p: number) => {
    const count = row[p] ?? 0;
    const title = `${classes[t]} called ${classes[p]}: ${count}, ${percent(share(row, p))} of the class`;
    if (t === p)
      return (
        <td class="hit" title={title}>
          {count}
        </td>
      );
    if (count === 0) return <td class="none">·</td>;
    const ground = groundOf(share(row, p), worst);
    return (
      <td
        class={ground >= PAPER_FROM ? 'strong' : ''}
        style={{ '--share': ground.toFixed(3) }}
        title={title}
      >
        {count}
      </td>
    );
  };
  return (
    <table class="confusion">
      <caption>
        Rows are true classes, columns what the network said. Grey cells were named rightly; an
        error’s ground is the stronger the larger its share of the row.
      </caption>
      <thead>
        <tr>
          <th scope="col">True class</th>
          {classes.map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.map((row, t) => (
          <tr>
            <th scope="row">{classes[t]}</th>
            {row.map((_, p) => cell(row, t, p))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
