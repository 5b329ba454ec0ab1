// A table of figures: the first column names the row, numbers stand right-aligned under each other.
import type { ComponentChildren } from 'preact';

type Cell = string | number | ComponentChildren;

interface TableProps {
  /** Titles of the columns; those of numbers begin with '#', one that needs none is ''. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly foot?: readonly (readonly Cell[])[];
  readonly caption?: string;
  /** Names the region that scrolls sideways where the table does not fit. */
  readonly label: string;
}

export function Table({ columns, rows, foot = [], caption, label }: TableProps) {
  const kind = columns.map((title) => (title.startsWith('#') ? 'n' : ''));
  const row = (cells: readonly Cell[]) => (
    <tr>
      {cells.map((cell, i) =>
        i === 0 ? (
          <th scope="row" class={kind[i]}>
            {cell}
          </th>
        ) : (
          <td class={kind[i]}>{cell}</td>
        ),
      )}
    </tr>
  );
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="wide">
        {caption && <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((title, i) =>
              title === '' ? (
                <td />
              ) : (
                <th scope="col" class={kind[i]}>
                  {title.replace(/^#/, '')}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{rows.map(row)}</tbody>
        {foot.length > 0 && <tfoot>{foot.map(row)}</tfoot>}
      </table>
    </div>
  );
}
