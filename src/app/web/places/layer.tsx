// One layer of the network that is being shaped: its settings, what it makes and costs, what is wrong with it.
import type { ComponentChildren } from 'preact';
import {
  type ACTIVATIONS,
  type BIASES,
  type Draft,
  LAYERS,
  type PADDINGS,
  type SettingName,
} from '../../network.ts';
import { kindHeading } from '../../network/kinds.ts';
import type { CheckedLayer } from '../../network/check.ts';
import { bytes, compact, grouped } from '../../wording.ts';

interface LayerProps {
  readonly layer: CheckedLayer;
  /** Where it stands in the network, for the focus: '3' or '3-body-1'. */
  readonly address: string;
  /** In its row. */
  readonly at: number;
  /** How many layers can be moved. */
  readonly of: number;
  readonly onChange: (draft: Draft) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  /** The layers inside it. */
  readonly children: ComponentChildren;
}

/** The last of its names: conv1 of residual1.body.conv1. */
export const ownName = (layer: CheckedLayer | undefined): string =>
  layer?.name.split('.').at(-1) ?? '';

export function LayerRow(props: LayerProps) {
  const { layer, address, at, of, onChange, onMove, onRemove, children } = props;
  const { draft, problem, outputShape } = layer;
  const name = ownName(layer);
  const kind = draft === 'answers' ? 'dense' : draft.kind;
  const title = kind === 'unknown' ? '' : kindHeading(LAYERS[kind].engineKind);
  const who = name || (kind === 'times' ? 'the repetition' : 'the unknown layer');
  const costs = outputShape !== undefined;
  return (
    <li data-at={address}>
      <div
        class={problem === undefined ? 'layer' : 'layer wrong'}
        role="group"
        tabIndex={problem === undefined ? undefined : -1}
        aria-label={`Layer ${at + 1}: ${who}`}
        aria-describedby={`layer-${address}-problem`}
      >
        <p class="who">
          <b>{name || (kind === 'times' && draft !== 'answers' ? `${draft.size}×` : '?')}</b>{' '}
          <span class="soft">{title}</span>
        </p>
        <div class="settings">
          {draft === 'answers' ? (
            <p class="soft">ten units, one for each class: the answers</p>
          ) : (
            <Settings draft={draft} who={who} onChange={onChange} />
          )}
        </div>
        <Figure title="Output">{outputShape ? outputShape.join(' × ') : '–'}</Figure>
        <Figure title="Parameters">{costs ? grouped(layer.parameters) : '–'}</Figure>
        <Figure title="FLOP">{costs ? compact(layer.flops) : '–'}</Figure>
        <Figure title="Memory">{costs ? bytes(layer.outputBytes) : '–'}</Figure>
        <div class="moves">
          {draft !== 'answers' && (
            <>
              <Move what="up" who={who} disabled={at === 0} onClick={() => onMove(-1)} sign="↑" />
              <Move
                what="down"
                who={who}
                disabled={at === of - 1}
                onClick={() => onMove(1)}
                sign="↓"
              />
              <button
                type="button"
                data-do="remove"
                aria-label={`Remove ${who}`}
                onClick={onRemove}
              >
                ×
              </button>
            </>
          )}
        </div>
        <p id={`layer-${address}-problem`} class="problem" aria-live="polite">
          {problem}
        </p>
      </div>
      {children}
    </li>
  );
}

/** One number of a layer; its title is seen where there is no row of titles. */
export function Figure({ title, children }: { title: string; children: string }) {
  return (
    <p class="figure">
      <span class="key">{title}</span> {children}
    </p>
  );
}

interface MoveProps {
  readonly what: 'up' | 'down';
  readonly who: string;
  readonly sign: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function Move({ what, who, sign, disabled, onClick }: MoveProps) {
  return (
    <button
      type="button"
      data-do={what}
      aria-label={`Move ${who} ${what}`}
      aria-disabled={disabled}
      onClick={disabled ? undefined : onClick}
    >
      {sign}
    </button>
  );
}

/** What the settings are called where the layer has no name of its own for them. */
const TITLES: Readonly<Record<SettingName, string>> = {
  size: 'size',
  kernel: 'kernel size',
  stride: 'stride',
  padding: 'padding',
  activation: 'activation',
  bias: 'bias',
};

const CHOICES: Readonly<Partial<Record<SettingName, Readonly<Record<string, string>>>>> = {
  padding: { valid: 'valid', same: 'same' } satisfies Record<(typeof PADDINGS)[number], string>,
  activation: {
    ...{ relu: 'ReLU', leakyRelu: 'leaky ReLU', gelu: 'GELU' },
    ...{ tanh: 'tanh', sigmoid: 'sigmoid', linear: 'none' },
  } satisfies Record<(typeof ACTIVATIONS)[number], string>,
  bias: { bias: 'yes', nobias: 'no' } satisfies Record<(typeof BIASES)[number], string>,
};

/** An activation by itself does something. */
const choicesOf = ({ kind }: Draft, choices: Readonly<Record<string, string>>) =>
  Object.entries(choices).filter(([value]) => kind !== 'act' || value !== 'linear');

/** A hyphen would begin the next layer, save where brackets are being put right. */
const ofOneLayer = (text: string) => (/[()]/.test(text) ? text : text.replaceAll('-', ''));

interface SettingsProps {
  readonly draft: Draft;
  readonly who: string;
  readonly onChange: (draft: Draft) => void;
}

function Settings({ draft, who, onChange }: SettingsProps) {
  const type = draft.kind === 'unknown' ? undefined : LAYERS[draft.kind];
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <>
      {type?.settings.map((name) => {
        const title = name === 'size' ? type.sizeTitle : TITLES[name];
        const choices = CHOICES[name];
        return (
          <label>
            {title} <span class="unseen">of {who}</span>
            {choices ? (
              <select
                value={draft[name]}
                onChange={(event) => set({ [name]: event.currentTarget.value })}
              >
                {choicesOf(draft, choices).map(([value, text]) => (
                  <option value={value}>{text}</option>
                ))}
              </select>
            ) : (
              <input
                type="text"
                inputMode="decimal"
                autocomplete="off"
                value={draft[name]}
                onInput={(event) => set({ [name]: event.currentTarget.value })}
              />
            )}
          </label>
        );
      })}
      {(draft.rest !== '' || !type) && (
        <label class="rest">
          {type ? 'not understood' : 'written as'}
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={draft.rest}
            onInput={(event) => set({ rest: ofOneLayer(event.currentTarget.value) })}
          />
        </label>
      )}
    </>
  );
}
