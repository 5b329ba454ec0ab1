// The model: a list of layers to shape, the picture of what flows through them, and what they cost.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { INPUT_SHAPE } from '../../data/prepare.ts';
import {
  type Draft,
  type LayerName,
  LAYERS,
  newLayer,
  PRESETS,
  readNetwork,
  writeNetwork,
} from '../../network.ts';
import { kindHeading } from '../../network/kinds.ts';
import { type Checked, checkNetwork } from '../../network/check.ts';
import { bytes, compact, counted, grouped, listed } from '../../wording.ts';
import { Table } from '../figures/table.tsx';
import { Volumes } from '../figures/volumes.tsx';
import { Figure, LayerRow } from './layer.tsx';
import { Place } from './place.tsx';

interface ModelProps {
  /** The network as the settings hold it. */
  readonly text: string;
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

export function Model({ text, batch, onChange }: ModelProps) {
  const checked = useMemo(() => checkNetwork(text, batch), [text, batch]);
  const drafts = readNetwork(text);
  const written = writeNetwork(drafts);
  const { list, focusNext } = useFocusIn();
  const [said, say] = useState('');
  const put = (layers: readonly Draft[]) => onChange(writeNetwork(layers));
  const nameAt = (at: number) => checked.layers[at]?.name || 'The layer';

  const move = (at: number, by: -1 | 1) => {
    const moved = [...drafts];
    moved.splice(at + by, 0, ...moved.splice(at, 1));
    put(moved);
    focusNext(at + by, by < 0 ? '[data-do=up]' : '[data-do=down]');
    say(`${nameAt(at)} is layer ${at + by + 1} now.`);
  };
  const remove = (at: number) => {
    put(drafts.toSpliced(at, 1));
    if (drafts.length > 1) focusNext(Math.min(at, drafts.length - 2), '[data-do=remove]');
    else list.current?.parentElement?.querySelector<HTMLElement>('.add button')?.focus();
    say(`${nameAt(at)} is taken out.`);
  };
  const add = (kind: LayerName) => {
    const at = placeFor(kind, drafts);
    put(drafts.toSpliced(at, 0, newLayer(kind)));
    focusNext(at, LAYERS[kind].settings.length > 0 ? 'input' : '[data-do=remove]');
    say(`${kindHeading(LAYERS[kind].engineKind)} is layer ${at + 1}.`);
  };

  return (
    <Place id="model" lead={leadOf(checked)}>
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
      <Volumes input={INPUT_SHAPE} layers={checked.layers} />
      <div class="shaping">
        <p class="layer heads" aria-hidden="true">
          {['Layer', 'Settings', 'Output', 'Parameters', 'FLOP', 'Memory', ''].map((head) => (
            <span>{head}</span>
          ))}
        </p>
        <ol ref={list} aria-label="The layers, from the image to the answers">
          {checked.layers.map((layer, at) => (
            <LayerRow
              layer={layer}
              at={at}
              of={drafts.length}
              onChange={(draft) => put(drafts.with(at, draft))}
              onMove={(by) => move(at, by)}
              onRemove={() => remove(at)}
            />
          ))}
        </ol>
        {checked.summary && (
          <div class="layer total">
            <p class="who">All</p>
            <span class="gap" />
            <span class="gap" />
            <Figure title="Parameters">{grouped(checked.summary.parameters)}</Figure>
            <Figure title="FLOP">{compact(checked.summary.flops)}</Figure>
            <Figure title="Memory">{bytes(outputBytes(checked))}</Figure>
          </div>
        )}
        <div class="add" role="group" aria-label="Add a layer">
          <span class="soft">Add</span>
          {(Object.keys(LAYERS) as LayerName[]).map((kind) => (
            <button type="button" onClick={() => add(kind)}>
              {kindHeading(LAYERS[kind].engineKind)}
            </button>
          ))}
        </div>
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
      {checked.summary && <EngineTable summary={checked.summary} />}
    </Place>
  );
}

/** Where a new layer makes sense: what takes an image goes before what makes a row of it. */
function placeFor(kind: LayerName, drafts: readonly Draft[]): number {
  if (kind === 'dense' || kind === 'drop') return drafts.length;
  const rows = kind === 'gap' ? ['dense'] : ['dense', 'gap'];
  const at = drafts.findIndex((draft) => rows.includes(draft.kind));
  return at < 0 ? drafts.length : at;
}

/** Focuses something in a row of the list once that row is there. */
function useFocusIn() {
  const list = useRef<HTMLOListElement>(null);
  const next = useRef<string>();
  useEffect(() => {
    if (next.current) list.current?.querySelector<HTMLElement>(next.current)?.focus();
    next.current = undefined;
  });
  const focusNext = (at: number, what: string) => {
    next.current = `[data-at="${at}"] ${what}`;
  };
  return { list, focusNext };
}

function leadOf({ layers, summary, problem }: Checked): string {
  if (!summary) return `It cannot be built yet, because of ${problem?.split(':')[0]}.`;
  const count = (kinds: readonly string[]) =>
    layers.filter(({ draft }) => kinds.includes(draft === 'answers' ? 'dense' : draft.kind)).length;
  const parts = [
    [count(['conv']), 'convolution'],
    [count(['pool', 'avg', 'gap']), 'pooling'],
    [count(['dense']), 'dense layer'],
  ] as const;
  const named = parts.flatMap(([n, what]) => (n > 0 ? [counted(n, what)] : []));
  return `From 784 pixels to ten answers by ${listed(named)}: ${grouped(summary.parameters)} parameters, ${compact(summary.flops)}FLOP for a look at one image.`;
}

const outputBytes = ({ layers }: Checked) =>
  layers.reduce((sum, layer) => sum + layer.outputBytes, 0);

function costs(checked: Checked, batch = 128): string {
  if (!checked.summary) return '';
  const parameters = bytes(4 * checked.summary.parameters);
  return `In all ${parameters} of parameters and, for a batch of ${grouped(batch)}, ${bytes(batch * outputBytes(checked))} of outputs.`;
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
