// The parts of a sum on the page: a number with its name, a window of numbers.
import type { ComponentChildren } from 'preact';
import { signed } from './numbers.ts';

interface AddendProps {
  readonly value: number;
  readonly name: ComponentChildren;
  readonly digits?: number;
}

/** A number of a sum, with what it is below it. */
export function Addend({ value, name, digits = 3 }: AddendProps) {
  return (
    <span class="addend">
      <span class="n">{signed(value, digits)}</span>
      <small>{name}</small>
    </span>
  );
}

interface MatrixProps {
  readonly title: string;
  readonly rows: readonly (readonly number[])[];
  /** 1 where there is only padding. */
  readonly outside?: readonly (readonly number[])[];
  /** The cell that won, counted row by row. */
  readonly winner?: number | undefined;
  /** As the map that it is cut from: ink where nothing is negative. */
  readonly inInk?: boolean;
}

/** Numbers on grounds as strong as they are. */
export function Matrix({ title, rows, outside, winner, inInk = false }: MatrixProps) {
  const most = Math.max(...rows.flat().map(Math.abs));
  const width = rows[0]?.length ?? 0;
  return (
    <table class={inInk ? 'matrix signed inInk' : 'matrix signed'}>
      <caption>{title}</caption>
      <tbody>
        {rows.map((row, r) => (
          <tr>
            {row.map((value, s) => {
              const isOutside = outside?.[r]?.[s] === 1;
              return (
                <td
                  class={`${value < 0 ? 'less' : ''} ${winner === r * width + s ? 'winner' : ''}`}
                  style={{ '--share': most > 0 ? (Math.abs(value) / most).toFixed(3) : 0 }}
                  title={isOutside ? 'on the padding' : undefined}
                >
                  {isOutside ? '·' : signed(value, 2)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
