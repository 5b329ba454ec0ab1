// The confusion matrix as a heat map that is a table: hits on a quiet ground, errors in the accent.
import { percent } from '../../wording.ts';

/** The ground of the worst error stays this far from the full accent, so that its number reads. */
const STRONGEST = 0.92;
/** Share of the accent from which the number takes the colour of the paper. */
const STRONG = 0.5;

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
    // The root lets errors that are a tenth of the worst still show.
    const ground = STRONGEST * Math.sqrt(share(row, p) / worst);
    return (
      <td
        class={ground >= STRONG ? 'strong' : ''}
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
