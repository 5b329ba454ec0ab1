// The learning curves: loss and accuracy over the epochs, of training and validation, side by side.
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { duration, grouped, percent } from '../../wording.ts';
import type { Run } from '../state.ts';
import { axis, colour, Plot } from './plot.tsx';
import { Table } from './table.tsx';

type Measure = 'loss' | 'accuracy';

/** 0.70812 → '0.708'; a loss that explodes stays short: '2.9e+10'. */
export const lossText = (loss: number) => (loss < 1000 ? loss.toFixed(3) : loss.toExponential(1));
const lossTick = (loss: number) => (loss < 1000 ? String(loss) : loss.toExponential(0));

const HEIGHT = 280;
/** The loss of a network that gives ten classes equal odds, ln 10: where a training begins. */
const GUESSING = Math.log(10);

function optionsOf(measure: Measure, epochs: number): Omit<uPlot.Options, 'width' | 'height'> {
  const text = (value: number | null) => {
    if (value === null) return '–';
    return measure === 'loss' ? lossText(value) : percent(value);
  };
  const value = (_: uPlot, raw: number | null) => text(raw);
  const top = (high: number | null) => {
    if (measure === 'accuracy') return 1;
    return high === null || high <= 0 ? GUESSING : high * 1.05;
  };
  return {
    cursor: { sync: { key: 'curves' }, points: { size: 7 }, drag: { x: false, y: false } },
    legend: { live: true, markers: { width: 0 } },
    scales: {
      x: { time: false, range: [0, epochs] },
      y: { range: (_, __, high) => [0, top(high)] },
    },
    axes: [
      axis({ grid: { show: false }, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
      axis({
        size: 46,
        values: (_, ticks) =>
          ticks.map((tick) => (measure === 'loss' ? lossTick(tick) : `${Math.round(tick * 100)}%`)),
      }),
    ],
    series: [
      { label: 'epoch', value: (_, raw: number | null) => (raw === null ? '–' : raw.toFixed(2)) },
      {
        label: 'training',
        class: 'first',
        stroke: colour('--soft'),
        width: 1.25,
        points: { show: false },
        spanGaps: true,
        value,
      },
      {
        label: 'validation',
        class: 'second',
        stroke: colour('--accent'),
        width: 2.25,
        points: { show: true, size: 8, fill: colour('--accent') },
        spanGaps: true,
        value,
      },
    ],
  };
}

/** Columns for uPlot: one x a submit, the validation figures at the ends of the epochs. */
function columns(run: Run | undefined, measure: Measure): uPlot.AlignedData {
  const training = new Map((run?.points ?? []).map((point) => [point.epoch, point[measure]]));
  const validation = new Map(
    (run?.epochs ?? []).map((e) => [
      e.epoch,
      measure === 'loss' ? e.validationLoss : e.validationAccuracy,
    ]),
  );
  const x = [...new Set([...training.keys(), ...validation.keys()])].sort((a, b) => a - b);
  return [x, x.map((at) => training.get(at) ?? null), x.map((at) => validation.get(at) ?? null)];
}

export function Curves({ run, epochs }: { run: Run | undefined; epochs: number }) {
  return (
    <div class="pair">
      <Curve run={run} epochs={epochs} measure="loss" title="Loss">
        Mean cross-entropy in nats; lower is better.
      </Curve>
      <Curve run={run} epochs={epochs} measure="accuracy" title="Accuracy">
        Share of images named rightly.
      </Curve>
    </div>
  );
}

interface CurveProps {
  readonly run: Run | undefined;
  readonly epochs: number;
  readonly measure: Measure;
  readonly title: string;
  readonly children: string;
}

function Curve({ run, epochs, measure, title, children }: CurveProps) {
  const options = useMemo(() => optionsOf(measure, epochs), [measure, epochs]);
  const data = useMemo(() => columns(run, measure), [run?.points, run?.epochs, measure]);
  return (
    <figure>
      <figcaption class="above">
        <b>{title}</b> {children}
      </figcaption>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        label={`${title} of training and validation over the epochs; the table below has the values.`}
      />
    </figure>
  );
}

/** The curves as numbers. */
export function EpochTable({ run }: { run: Run }) {
  const fixed = (value: number | null) =>
    value === null ? '–' : value < 1000 ? value.toFixed(4) : lossText(value);
  const share = (value: number | null) => (value === null ? '–' : percent(value, 2));
  const rows = run.epochs.map((e) => [
    e.epoch,
    fixed(e.trainLoss),
    share(e.trainAccuracy),
    fixed(e.validationLoss),
    share(e.validationAccuracy),
    duration(e.timeMs),
    grouped(e.imagesPerSecond),
  ]);
  return (
    <details>
      <summary>The curves as a table</summary>
      <Table
        label="Every epoch"
        columns={[
          '#Epoch',
          '#Training loss',
          '#Training accuracy',
          '#Validation loss',
          '#Validation accuracy',
          '#Time',
          '#Images/s',
        ]}
        rows={rows}
        caption="Training figures are means over an epoch in which the weights still change, with dropout active, so they read low."
      />
    </details>
  );
}
