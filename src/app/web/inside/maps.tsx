// Feature maps: many small ones to choose from, one large one to choose a value in.
import { useEffect, useRef } from 'preact/hooks';
import { numeral } from '../../numerals.ts';
import { type Grid, type Inks, type Scale, paint } from './paint.ts';

interface MapProps {
  readonly grid: Grid;
  readonly values: ArrayLike<number>;
  readonly scale: Scale;
  readonly inks: Inks;
}

/** The picture alone; what it shows is said beside it. */
export function MapCanvas({ grid, values, scale, inks }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const picture = context.createImageData(grid.columns, grid.rows);
    paint(picture, grid, values, scale, inks);
    context.putImageData(picture, 0, 0);
  });
  return (
    <canvas ref={canvas} class="map" width={grid.columns} height={grid.rows} aria-hidden="true" />
  );
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface ValueMapProps extends MapProps {
  /** What the map is: "conv1, channel 3". */
  readonly label: string;
  readonly chosen: Cell;
  readonly onChoose: (cell: Cell) => void;
  /** Steps to the channel before or after. */
  readonly onTurn: (by: number) => void;
}

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const within = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));

/** A map in which one value is chosen, by pointer or by keys. */
export function ValueMap({ label, chosen, onChoose, onTurn, ...map }: ValueMapProps) {
  const { rows, columns, at } = map.grid;
  const choose = (row: number, column: number) => {
    const cell = { row: within(row, rows), column: within(column, columns) };
    if (at(cell.row, cell.column) !== undefined) onChoose(cell);
  };
  const onPointer = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    // A finger that moves scrolls the page; a mouse that is held down goes from value to value.
    if (event.type === 'pointermove' && (event.buttons === 0 || event.pointerType === 'touch'))
      return;
    const box = event.currentTarget.getBoundingClientRect();
    choose(
      Math.floor(((event.clientY - box.top) / box.height) * rows),
      Math.floor(((event.clientX - box.left) / box.width) * columns),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) choose(chosen.row + step[0], chosen.column + step[1]);
    else if (event.key === 'Home') choose(chosen.row, 0);
    else if (event.key === 'End') choose(chosen.row, columns - 1);
    else if (event.key === 'PageUp' || event.key === 'PageDown')
      onTurn(event.key === 'PageUp' ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="valueMap"
      role="application"
      tabIndex={0}
      aria-label={`${label}: ${rows} rows of ${columns} values. The arrow keys choose one; page up and page down change the channel.`}
      style={{ aspectRatio: `${columns} / ${rows}` }}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
      onKeyDown={onKeyDown}
    >
      <MapCanvas {...map} />
      <Frame {...map} cells={{ ...chosen, rows: 1, columns: 1 }} />
    </div>
  );
}

interface FrameProps {
  readonly grid: Grid;
  /** May reach over the edge, onto the padding. */
  readonly cells: Cell & { readonly rows: number; readonly columns: number };
}

/** An outline around some cells of a map. */
export function Frame({ grid, cells }: FrameProps) {
  const share = (part: number, of: number) => `${(100 * part) / of}%`;
  return (
    <i
      class="frame"
      style={{
        left: share(cells.column, grid.columns),
        top: share(cells.row, grid.rows),
        width: share(cells.columns, grid.columns),
        height: share(cells.rows, grid.rows),
      }}
      aria-hidden="true"
    />
  );
}

/** What the colors mean. */
export function Legend({ scale: { most, signed } }: { scale: Scale }) {
  const text = most >= 0.01 && most < 100 ? most.toFixed(2) : numeral(most, 2);
  return (
    <p class={signed ? 'legend both' : 'legend'}>
      <span class="n">{signed ? `−${text}` : '0'}</span>
      <i aria-hidden="true" />
      <span class="n">{text}</span>
      <span class="soft">
        {signed
          ? 'blue is negative, red positive, paper is zero'
          : 'the darker, the larger; paper is zero'}
      </span>
    </p>
  );
}
