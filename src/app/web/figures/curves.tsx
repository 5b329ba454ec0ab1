// The learning curves: loss and accuracy over the epochs, of training and validation on the same axes. The
// training can be smoothed, the raw line then stays behind it, and the loss read on a logarithmic scale.
import { useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { logTicks, lossText } from '../../numerals.ts';
import { endOf, epochText } from '../../extent.ts';
import { duration, grouped, percent } from '../../wording.ts';
import type { Run } from '../state.ts';
import { LAST_VALUES, NUMBERS, Plot, SHARES, axis, color } from './plot.tsx';
import { smooth } from './smooth.ts';
import { Table } from '../../table.tsx';

type Measure = 'loss' | 'accuracy';

const HEIGHT = 280;
/** About where the loss of a training begins: ln 10, of ten classes with equal odds. */
const GUESSING = Math.log(10);

/** How a person looks at the curves. */
interface View {
  readonly isLog: boolean;
  /** Weight of what came before, 0 for none. */
  readonly smoothing: number;
}

function optionsOf(
  measure: Measure,
  epochs: number,
  isLog: boolean,
  isSmoothed: boolean,
): Omit<uPlot.Options, 'width' | 'height'> {
  const text = (value: number | null) => {
    if (value === null) return '–';
    return measure === 'loss' ? lossText(value) : percent(value);
  };
  const value = (_: uPlot, raw: number | null) => text(raw);
  const top = (high: number | null) => {
    if (measure === 'accuracy') return 1;
    return high === null || high <= 0 ? GUESSING : high * 1.05;
  };
  const range = (low: number | null, high: number | null): [number, number] =>
    isLog ? [low !== null && low > 0 ? low * 0.9 : 0.1, top(high)] : [0, top(high)];
  return {
    cursor: { sync: { key: 'curves' }, points: { size: 7 }, drag: { x: false, y: false } },
    legend: { live: true, markers: { width: 0 } },
    hooks: LAST_VALUES,
    scales: {
      x: { time: false, range: [0, epochs] },
      y: { range: (_, low, high) => range(low, high), ...(isLog && { distr: 3 }) },
    },
    axes: [
      axis({ grid: { show: false }, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
      axis({
        ...(measure === 'loss' ? NUMBERS : SHARES),
        ...(isLog && {
          splits: (_: uPlot, __: number, low: number, high: number) => logTicks(low, high),
        }),
      }),
    ],
    series: [
      { label: 'epoch', value: (_, raw: number | null) => (raw === null ? '–' : raw.toFixed(2)) },
      {
        label: 'each point',
        show: isSmoothed,
        class: 'raw',
        stroke: color('--hit'),
        width: 1,
        points: { show: false },
        spanGaps: true,
        value,
      },
      {
        label: 'training',
        class: 'first',
        stroke: color('--soft'),
        width: 1.25,
        points: { show: false },
        spanGaps: true,
        value,
      },
      {
        label: 'validation',
        class: 'second',
        stroke: color('--accent'),
        width: 2.25,
        points: { show: true, size: 8, fill: color('--accent') },
        spanGaps: true,
        value,
      },
    ],
  };
}

/** Columns for uPlot: one x a submit, raw and smoothed, the validation figures at the ends of the epochs. */
function columns(run: Run | undefined, measure: Measure, smoothing: number): uPlot.AlignedData {
  const points = run?.points ?? [];
  const raw = points.map((point) => point[measure]);
  const smoothed = smooth(raw, smoothing);
  const training = new Map(points.map(({ epoch }, i) => [epoch, i]));
  const validation = new Map(
    (run?.epochs ?? []).map((e) => [
      endOf(e),
      measure === 'loss' ? e.validationLoss : e.validationAccuracy,
    ]),
  );
  const x = [...new Set([...training.keys(), ...validation.keys()])].sort((a, b) => a - b);
  const at = (values: readonly number[]) =>
    x.map((epoch) => values[training.get(epoch) ?? -1] ?? null);
  return [
    x,
    smoothing > 0 ? at(raw) : x.map(() => null),
    at(smoothed),
    x.map((epoch) => validation.get(epoch) ?? null),
  ];
}

export function Curves({ run, epochs }: { run: Run | undefined; epochs: number }) {
  const [view, setView] = useState<View>({ isLog: false, smoothing: 0 });
  return (
    <>
      <div class="pair curves">
        <Curve run={run} epochs={epochs} view={view} measure="loss" title="Loss">
          Mean cross-entropy in nats; lower is better.
        </Curve>
        <Curve run={run} epochs={epochs} view={view} measure="accuracy" title="Accuracy">
          Share of images named rightly.
        </Curve>
      </div>
      <div class="view">
        <label class="toggle">
          <input
            type="checkbox"
            checked={view.isLog}
            onChange={(event) => setView({ ...view, isLog: event.currentTarget.checked })}
          />{' '}
          loss on a logarithmic scale
        </label>
        <label class="toggle">
          training smoothed{' '}
          <input
            type="range"
            min={0}
            max={0.95}
            step={0.05}
            value={view.smoothing}
            aria-valuetext={smoothingText(view.smoothing)}
            onInput={(event) => setView({ ...view, smoothing: Number(event.currentTarget.value) })}
          />{' '}
          <output>{smoothingText(view.smoothing)}</output>
        </label>
      </div>
    </>
  );
}

/** The mean age of what is averaged is weight / (1 − weight), so it reaches over about 1 / (1 − weight). */
const smoothingText = (weight: number) =>
  weight === 0 ? 'not at all' : `over about ${Math.round(1 / (1 - weight))} points`;

interface CurveProps {
  readonly run: Run | undefined;
  readonly epochs: number;
  readonly view: View;
  readonly measure: Measure;
  readonly title: string;
  readonly children: string;
}

function Curve({ run, epochs, view, measure, title, children }: CurveProps) {
  const isLog = view.isLog && measure === 'loss';
  const isSmoothed = view.smoothing > 0;
  const options = useMemo(
    () => optionsOf(measure, epochs, isLog, isSmoothed),
    [measure, epochs, isLog, isSmoothed],
  );
  const data = useMemo(
    () => columns(run, measure, view.smoothing),
    [run?.points, run?.epochs, measure, view.smoothing],
  );
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
    epochText(e),
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
        caption="Training figures are means over an epoch in which the weights still change, so they read low."
      />
    </details>
  );
}
