// Small pictures of which one is chosen: the channels of a layer, its filters.
import { useRef } from 'preact/hooks';
import { MapCanvas } from './maps.tsx';
import type { Grid, Inks, Scale } from './paint.ts';

interface TilesProps {
  /** What they are, for those who do not see them; each is called `noun` and its number. */
  readonly label: string;
  readonly noun: string;
  readonly count: number;
  readonly chosen: number;
  readonly onChoose: (at: number) => void;
  readonly grid: (at: number) => Grid;
  readonly values: ArrayLike<number>;
  readonly scale: Scale;
  readonly inks: Inks;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};

export function Tiles({ label, noun, count, chosen, onChoose, grid, ...map }: TilesProps) {
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (chosen + step + count) % count;
    onChoose(next);
    group.current?.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus();
  };
  return (
    <div ref={group} class="tiles" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {Array.from({ length: count }, (_, at) => (
        <button
          type="button"
          role="radio"
          aria-checked={at === chosen}
          aria-label={`${noun} ${at}`}
          title={`${noun} ${at}`}
          tabIndex={at === chosen ? 0 : -1}
          onClick={() => onChoose(at)}
        >
          <MapCanvas grid={grid(at)} {...map} />
        </button>
      ))}
    </div>
  );
}
