// The runs of a sweep as parallel coordinates: SVG for the page and for sweep.html.
import { percent } from '../wording.ts';
import type { Flag } from '../settings/table.ts';
import { parallel } from './axes.ts';
import { type SweepRun, bestOf, settingsText } from './results.ts';

interface ParallelProps {
  /** The settings that are varied, an axis each. */
  readonly flags: readonly Flag[];
  readonly runs: readonly SweepRun[];
}

export function ParallelPlot({ flags, runs }: ParallelProps) {
  const { width, height, top, foot, axes, lines } = parallel(flags, runs);
  const best = bestOf(runs);
  const said = best?.validationAccuracy
    ? `; the best has ${settingsText(best.settings)}, with ${percent(best.validationAccuracy.mean, 2)}`
    : '';
  return (
    <div class="scroll" role="region" aria-label="Parallel coordinates" tabIndex={0}>
      <svg
        class="parallel"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        role="img"
        aria-label={`${lines.length} runs, a line each, over ${axes.map(({ title }) => title).join(', ')}${said}. The table has the numbers.`}
      >
        {lines.map(({ number, d, end, isBest, isLost, rank, text }) => (
          <g key={number} class={isBest ? 'run best' : isLost ? 'run lost' : 'run'}>
            <title>{text}</title>
            <path d={d} {...(isBest || isLost ? {} : { 'stroke-opacity': 0.25 + 0.5 * rank })} />
            <circle cx={end.x} cy={end.y} r="3" />
          </g>
        ))}
        {axes.map(({ x, title, ticks }, i) => (
          <g key={title}>
            <line x1={x} x2={x} y1={top} y2={foot} />
            <text class="title" x={x} y={top - 14} text-anchor="middle">
              {title}
            </text>
            {ticks.map(({ y, text }) => {
              const isLast = i === axes.length - 1;
              return (
                <text
                  key={y}
                  class="tick"
                  x={isLast ? x + 10 : x - 8}
                  y={y + 4}
                  text-anchor={isLast ? 'start' : 'end'}
                >
                  {text}
                </text>
              );
            })}
          </g>
        ))}
        {lines.some(({ isLost }) => isLost) && (
          <text class="tick" x={axes.at(-1)?.x} y={foot + 34} text-anchor="middle">
            diverged or failed
          </text>
        )}
      </svg>
    </div>
  );
}
