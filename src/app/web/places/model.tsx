// The model: a list of layers to shape, the picture of what flows through them, and what they cost.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { sizeOf, type Task } from '../../data/dataset.ts';
import { LAYERS, PRESETS, readNetwork, writeNetwork } from '../../network.ts';
import { kindHeading, kindSentence } from '../../network/kinds.ts';
import { type Checked, checkNetwork } from '../../network/check.ts';
import { bytes, compact, counted, grouped, listed } from '../../wording.ts';
import { Table } from '../../table.tsx';
import { Volumes } from '../figures/volumes.tsx';
import { Figure } from './layer.tsx';
import { Layers } from './layers.tsx';
import { NetworkCode } from './networkCode.tsx';
import { Place } from './place.tsx';

interface ModelProps {
  /** The network as the settings hold it. */
  readonly text: string;
  readonly task: Task;
  /** Images a step, where that is a number. */
  readonly batch: number | undefined;
  readonly onChange: (text: string) => void;
}

const PRESET_TITLES: Readonly<Record<keyof typeof PRESETS, string>> = {
  reference: 'Reference',
  smaller: 'Smaller',
  larger: 'Larger',
  deeper: 'Deeper',
  air: 'Air: small, residual',
  resnet8: 'ResNet-8',
  resnet14: 'ResNet-14',
  resnet20: 'ResNet-20',
  dense: 'One hidden dense layer',
  linear: 'No hidden layer',
};

export function Model({ text, task, batch, onChange }: ModelProps) {
  const checked = useMemo(() => checkNetwork(text, task, batch), [text, task, batch]);
  const drafts = readNetwork(text);
  const written = writeNetwork(drafts);
  const { list, focus } = useFocusIn();
  const [said, say] = useState('');

  return (
    <Place id="model" lead={leadOf(checked, task)}>
      <div class="presets" role="group" aria-label="Networks to begin with">
        {Object.entries(PRESETS).map(([name, network]) => (
          <button
            type="button"
            aria-pressed={written === network}
            onClick={() => onChange(network)}
          >
            {PRESET_TITLES[name as keyof typeof PRESETS]}
          </button>
        ))}
      </div>
      <Volumes input={task.shape} layers={checked.layers} />
      <div class="shaping" ref={list}>
        <p class="layer heads" aria-hidden="true">
          {['Layer', 'Settings', 'Output', 'Parameters', 'FLOP', 'Memory', ''].map((head) => (
            <span>{head}</span>
          ))}
        </p>
        <Layers
          label="The layers, from the image to the answers"
          layers={checked.layers}
          drafts={drafts}
          path=""
          edits={{ focus, say }}
          onChange={(layers) => onChange(writeNetwork(layers))}
          foot={<Total checked={checked} />}
        />
        <p class="unseen" role="status">
          {said}
        </p>
      </div>
      <p class="soft">
        Output is height × width × channels, or one row of numbers. FLOP counts the floating-point
        operations of one image’s forward pass, a multiplication and an addition as two; memory is
        one image’s output as f32. {costs(checked, batch)}
        {checked.summary && (
          <>
            {' '}
            As text, for a link or a terminal: <code>{written}</code>
          </>
        )}
      </p>
      <Explanations />
      {checked.summary && <EngineTable summary={checked.summary} />}
      {checked.modules && (
        <NetworkCode input={task.shape} layers={checked.modules} title={written} />
      )}
    </Place>
  );
}

/** Focuses something in a row of the list once that row is there. */
function useFocusIn() {
  const list = useRef<HTMLDivElement>(null);
  const next = useRef<string>();
  useEffect(() => {
    if (next.current) list.current?.querySelector<HTMLElement>(next.current)?.focus();
    next.current = undefined;
  });
  const focus = (row: string, what: string) => {
    next.current = `[data-at="${row}"] ${what}`;
  };
  return { list, focus };
}

function Total({ checked: { summary, outputBytes } }: { checked: Checked }) {
  if (!summary) return null;
  return (
    <div class="layer total">
      <p class="who">All</p>
      <span class="gap" />
      <span class="gap" />
      <Figure title="Parameters">{grouped(summary.parameters)}</Figure>
      <Figure title="FLOP">{compact(summary.flops)}</Figure>
      <Figure title="Memory">{bytes(outputBytes)}</Figure>
    </div>
  );
}

function leadOf({ summary, wrong }: Checked, { shape, classes }: Task): string {
  if (!summary) return `It cannot be built yet, because of ${wrong}.`;
  const count = (kind: RegExp) => summary.rows.filter((row) => kind.test(row.kind)).length;
  const parts = [
    [count(/^conv2d$/), 'convolution'],
    [count(/Pool2d$/), 'pooling'],
    [count(/Norm$/), 'normalization'],
    [count(/^residual$/), 'residual block'],
    [count(/^dense$/), 'dense layer'],
  ] as const;
  const named = parts.flatMap(([n, what]) => (n > 0 ? [counted(n, what)] : []));
  return `From ${grouped(sizeOf(shape))} numbers to ${counted(classes, 'answer')} by ${listed(named)}: ${grouped(summary.parameters)} parameters, ${compact(summary.flops)}FLOP for a look at one image.`;
}

function costs(checked: Checked, batch = 128): string {
  if (!checked.summary) return '';
  const parameters = bytes(4 * checked.summary.parameters);
  return `In all ${parameters} of parameters and, for a batch of ${grouped(batch)}, ${bytes(batch * checked.outputBytes)} of outputs.`;
}

/** What there is to add, in a sentence each. */
function Explanations() {
  return (
    <details class="explained">
      <summary>What these layers do</summary>
      <dl>
        {Object.values(LAYERS).map(({ engineKind, example }) => (
          <>
            <dt>{kindHeading(engineKind)}</dt>
            <dd>
              {kindSentence(engineKind)} As text: <code>{example}</code>
            </dd>
          </>
        ))}
      </dl>
    </details>
  );
}

/** The same, layer by layer as the engine has it: activations and flattening are layers too. */
function EngineTable({ summary }: { summary: NonNullable<Checked['summary']> }) {
  const { rows, parameters, flops, activationBytes } = summary;
  return (
    <details>
      <summary>The {counted(rows.length, 'layer')} as the engine builds them</summary>
      <Table
        label="The model's layers"
        columns={['Layer', 'Kind', 'Output', '#Parameters', '#FLOP', '#Output, f32']}
        rows={rows.map((row) => [
          row.name,
          row.kind,
          row.outputShape.join(' × '),
          grouped(row.parameters),
          compact(row.flops),
          bytes(row.activationBytes),
        ])}
        foot={[['All', '', '', grouped(parameters), compact(flops), bytes(activationBytes)]]}
      />
    </details>
  );
}
