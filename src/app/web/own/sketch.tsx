// A sheet as large as an image to draw on, by pointer or by keys.
import { useRef, useState } from 'preact/hooks';
import { useShape } from '../shape.ts';
import { Picture } from '../figures/picture.tsx';
import { type Place, stroke } from './brush.ts';

interface SketchProps {
  readonly pixels: Uint8Array;
  /** Level of each channel that the pen leaves. */
  readonly paint: readonly number[];
  readonly onDraw: (pixels: Uint8Array) => void;
}

const MOVES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function Sketch({ pixels, paint, onDraw }: SketchProps) {
  const shape = useShape();
  const [HEIGHT, WIDTH] = shape;
  const ink = { paint, shape };
  const last = useRef<Place>();
  const [pen, setPen] = useState<Place>({ x: WIDTH / 2 + 0.5, y: HEIGHT / 2 + 0.5 });
  const [isByKeys, setByKeys] = useState(false);

  const placeOf = (event: PointerEvent): Place => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * WIDTH,
      y: ((event.clientY - top) / height) * HEIGHT,
    };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    setByKeys(false);
    last.current = placeOf(event);
    onDraw(stroke(pixels, last.current, last.current, ink));
  };
  const move = (event: PointerEvent) => {
    if (!last.current) return;
    const to = placeOf(event);
    onDraw(stroke(pixels, last.current, to, ink));
    last.current = to;
  };
  const key = (event: KeyboardEvent) => {
    const step = MOVES[event.key];
    const draws = event.key === ' ' || event.key === 'Enter';
    const wipes = event.key === 'Delete' || event.key === 'Backspace';
    if (!step && !draws && !wipes) return;
    event.preventDefault();
    setByKeys(true);
    if (!step) {
      onDraw(stroke(pixels, pen, pen, wipes ? { shape, paint: paint.map(() => 0) } : ink));
      return;
    }
    const within = (value: number, most: number) => Math.min(most - 0.5, Math.max(0.5, value));
    const to = { x: within(pen.x + step[0], WIDTH), y: within(pen.y + step[1], HEIGHT) };
    setPen(to);
    if (event.shiftKey) onDraw(stroke(pixels, pen, to, ink));
  };
  const [row, column] = [Math.ceil(pen.y), Math.ceil(pen.x)];
  return (
    <>
      <div
        class="sketch"
        role="application"
        tabIndex={0}
        aria-label={`A sheet of ${HEIGHT} by ${WIDTH} pixels. Arrow keys move the pen, with Shift they draw; Space draws a dot, Delete takes it away.`}
        style={{ aspectRatio: `${WIDTH} / ${HEIGHT}` }}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => (last.current = undefined)}
        onPointerCancel={() => (last.current = undefined)}
        onKeyDown={key}
        onBlur={() => setByKeys(false)}
      >
        <Picture pixels={pixels} label="" />
        {isByKeys && (
          <i
            class="pen"
            style={{ left: `${(pen.x / WIDTH) * 100}%`, top: `${(pen.y / HEIGHT) * 100}%` }}
          />
        )}
      </div>
      <p class="unseen" aria-live="polite">
        {isByKeys ? `Row ${row}, column ${column}` : ''}
      </p>
    </>
  );
}
