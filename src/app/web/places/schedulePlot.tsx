// The learning rate over the run that is about to start.
import { stepsBy } from '../../extent.ts';
import type { RunConfig } from '../../record.ts';
import { scheduleOf } from '../../schedule.ts';
import { counted, grouped, setting } from '../../wording.ts';

const [WIDTH, HEIGHT] = [400, 60];
const POINTS = 200;

/** @param samples images of an epoch */
export function SchedulePlot({
  config,
  samples,
}: {
  readonly config: RunConfig;
  readonly samples: number;
}) {
  const steps = stepsBy(config.epochs, samples, config.batchSize);
  const rate = scheduleOf(config, samples);
  const last = Math.max(1, Math.min(POINTS, steps) - 1);
  const rates = Array.from({ length: last + 1 }, (_, i) =>
    rate(Math.floor((i * (steps - 1)) / last)),
  );
  const highest = Math.max(...rates);
  const line = rates
    .map((value, i) => `${(WIDTH * i) / last},${(HEIGHT - 2) * (1 - value / highest) + 1}`)
    .join(' ');
  return (
    <figure class="schedule">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Learning rate over the run, up to ${setting(highest)}`}
      >
        <polyline points={line} />
      </svg>
      <figcaption class="soft">
        The learning rate over {counted(config.epochs, 'epoch')}, {grouped(steps)} steps: at most{' '}
        {setting(Number(highest.toPrecision(3)))},{' '}
        {setting(Number((rates.at(-1) ?? 0).toPrecision(2)))} at the end.
      </figcaption>
    </figure>
  );
}
