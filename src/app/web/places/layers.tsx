// Layers in a row that can be changed, moved, added and taken out; those of a block have such a row inside.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { type Draft, LAYERS, LAYER_NAMES, type LayerName } from '../../network.ts';
import type { CheckedLayer } from '../../network/check.ts';
import { withNew } from '../../network/edit.ts';
import { kindHeading } from '../../network/kinds.ts';
import { projectionFor } from '../../network/projection.ts';
import { LayerRow, ownName } from './layer.tsx';

/** What an edit does beside the network: where the focus goes next, and what is said. */
interface Edits {
  /** @param row its address, as in `data-at` */
  readonly focus: (row: string, what: string) => void;
  readonly say: (what: string) => void;
}

interface LayersProps {
  readonly label: string;
  /** Checked, in their order; at the end of the network the answers as well. */
  readonly layers: readonly CheckedLayer[];
  readonly drafts: readonly Draft[];
  /** Stands before the addresses of its rows: '' or '3-body-'. */
  readonly path: string;
  readonly edits: Edits;
  readonly onChange: (drafts: readonly Draft[]) => void;
  /** Below the rows. */
  readonly foot?: ComponentChildren;
}

const titleOf = (kind: LayerName) => kindHeading(LAYERS[kind].engineKind);
/** What the focus goes to in a row. */
const FIRST = ':is(input, select, [data-do=remove])';

export function Layers({ label, layers, drafts, path, edits, onChange, foot }: LayersProps) {
  const whoAt = (at: number) => ownName(layers[at]) || 'The layer';
  const move = (at: number, by: -1 | 1) => {
    const moved = [...drafts];
    moved.splice(at + by, 0, ...moved.splice(at, 1));
    onChange(moved);
    edits.focus(`${path}${at + by}`, by < 0 ? '[data-do=up]' : '[data-do=down]');
    edits.say(`${whoAt(at)} is layer ${at + by + 1} now.`);
  };
  const remove = (at: number) => {
    onChange(drafts.toSpliced(at, 1));
    if (drafts.length > 1)
      edits.focus(`${path}${Math.min(at, drafts.length - 2)}`, '[data-do=remove]');
    else edits.focus(`${path}add`, ':is(select, button)');
    edits.say(`${whoAt(at)} is taken out.`);
  };
  const add = (kind: LayerName) => {
    const channelsAt = (at: number) => {
      const shape = layers[at]?.inputShape ?? layers[at - 1]?.outputShape;
      return shape?.length === 3 ? shape[2] : undefined;
    };
    const added = withNew(kind, drafts, channelsAt);
    onChange(added.layers);
    edits.focus(`${path}${added.at}`, FIRST);
    edits.say(`${titleOf(kind)} is layer ${added.at + 1}.`);
  };
  return (
    <>
      <ol aria-label={label}>
        {layers.map((layer, at) => (
          <LayerRow
            layer={layer}
            address={`${path}${at}`}
            at={at}
            of={drafts.length}
            onChange={(draft) => onChange(drafts.with(at, draft))}
            onMove={(by) => move(at, by)}
            onRemove={() => remove(at)}
          >
            <Inside
              layer={layer}
              path={`${path}${at}-`}
              edits={edits}
              onChange={(draft) => onChange(drafts.with(at, draft))}
            />
          </LayerRow>
        ))}
      </ol>
      {foot}
      {path === '' ? (
        <AddButtons onAdd={add} />
      ) : (
        <AddChoice label={label} address={`${path}add`} onAdd={add} />
      )}
    </>
  );
}

interface InsideProps {
  readonly layer: CheckedLayer;
  readonly path: string;
  readonly edits: Edits;
  readonly onChange: (draft: Draft) => void;
}

/** The rows inside a block, and those on its shortcut. */
function Inside({ layer, path, edits, onChange }: InsideProps) {
  const { draft, body, shortcut } = layer;
  if (draft === 'answers' || (draft.kind !== 'res' && draft.kind !== 'times')) return null;
  const who = ownName(layer) || 'the repetition';
  const row = (way: 'body' | 'shortcut', label: string, layers: readonly CheckedLayer[]) => (
    <Layers
      label={label}
      layers={layers}
      drafts={draft[way] ?? []}
      path={`${path}${way}-`}
      edits={edits}
      onChange={(drafts) => onChange({ ...draft, [way]: drafts })}
    />
  );
  if (draft.kind === 'times')
    return <Way title="each round">{row('body', `Repeated by ${who}`, body)}</Way>;
  const made = body.at(-1)?.outputShape;
  const choose = (isProjected: boolean) => {
    const { shortcut: _, ...plain } = draft;
    const projection = projectionFor(made ?? [], layer.inputShape ?? []);
    onChange(isProjected ? { ...plain, shortcut: projection ? [projection] : [] } : plain);
    edits.say(
      isProjected ? `${who} has layers on its shortcut.` : `The input itself goes around ${who}.`,
    );
  };
  return (
    <>
      <Way title="inside">{row('body', `Inside ${who}`, body)}</Way>
      <Way title="around">
        <label class="around">
          shortcut <span class="unseen">of {who}</span>
          <select
            value={draft.shortcut ? 'layers' : 'itself'}
            onChange={(event) => choose(event.currentTarget.value === 'layers')}
          >
            <option value="itself">what comes in, as it is</option>
            <option value="layers">layers of its own</option>
          </select>
        </label>
        {shortcut && row('shortcut', `The shortcut of ${who}`, shortcut)}
      </Way>
    </>
  );
}

const Way = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <div class="way">
    <p class="soft" aria-hidden="true">
      {title}
    </p>
    {children}
  </div>
);

function AddButtons({ onAdd }: { onAdd: (kind: LayerName) => void }) {
  return (
    <div class="add" role="group" aria-label="Add a layer" data-at="add">
      <span class="soft">Add</span>
      {LAYER_NAMES.map((kind) => (
        <button type="button" onClick={() => onAdd(kind)}>
          {titleOf(kind)}
        </button>
      ))}
    </div>
  );
}

interface AddChoiceProps {
  readonly label: string;
  readonly address: string;
  readonly onAdd: (kind: LayerName) => void;
}

/** As the buttons, in less room. */
function AddChoice({ label, address, onAdd }: AddChoiceProps) {
  const [kind, choose] = useState<LayerName>('conv');
  const id = useId();
  return (
    <div class="add" role="group" aria-label={`Add a layer: ${label}`} data-at={address}>
      <label class="unseen" for={id}>
        Layer to add: {label}
      </label>
      <select
        id={id}
        value={kind}
        onChange={(event) => choose(event.currentTarget.value as LayerName)}
      >
        {LAYER_NAMES.map((name) => (
          <option value={name}>{titleOf(name)}</option>
        ))}
      </select>
      <button type="button" aria-label={`Add it: ${label}`} onClick={() => onAdd(kind)}>
        Add
      </button>
    </div>
  );
}
