// A map as a table of numbers, made when it is asked for.
import { useState } from 'preact/hooks';
import { signed } from './numbers.ts';
import type { Grid } from './paint.ts';

interface ValueTableProps {
  readonly label: string;
  readonly grid: Grid;
  readonly values: ArrayLike<number>;
}

export function ValueTable({ label, grid, values }: ValueTableProps) {
  const [isOpen, setOpen] = useState(false);
  const { rows, columns, at } = grid;
  const text = (row: number, column: number) => {
    const index = at(row, column);
    return index === undefined ? '' : signed(values[index] as number, 2);
  };
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{label} as a table</summary>
      {isOpen && (
        <div class="scroll" role="region" aria-label={`${label} as a table`} tabIndex={0}>
          <table class="values">
            <thead>
              <tr>
                <td />
                {Array.from({ length: columns }, (_, column) => (
                  <th scope="col" class="n">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: rows }, (_, row) => (
                <tr>
                  <th scope="row" class="n">
                    {row}
                  </th>
                  {Array.from({ length: columns }, (_, column) => (
                    <td class="n">{text(row, column)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
