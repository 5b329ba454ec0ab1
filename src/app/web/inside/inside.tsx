// The exhibit: one image from inside, in a dialog over the page. What it shows follows the weights.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ImageShape } from '../../data/dataset.ts';
import { scalePixels } from '../../data/prepare.ts';
import { counted, percent } from '../../wording.ts';
import { here } from '../addressBar.ts';
import { Picture } from '../figures/picture.tsx';
import type { ImageRef } from '../protocol.ts';
import { ShapeContext, useShape } from '../shape.ts';
import type { InsideProps } from './door.tsx';
import { hashOf, keepSpot, spotFromHash } from './address.ts';
import { AttributionView } from './attribution.tsx';
import { CodeView } from './code.tsx';
import { HealthView } from './health.tsx';
import { LayerView } from './layer.tsx';
import { type Inks, useInks } from './paint.ts';
import type { FlowAnswer } from './questions.ts';
import { useAnswer } from './useAnswer.ts';
import { River } from './river.tsx';
import '../style/inside.css';

const SPLITS = { test: 'Test image', train: 'Training image' };
/** While a training runs, the maps are drawn anew this often. */
const PACE_MS = 1000;

export function Inside({ image, ask, network, running, onOpen, onClose }: InsideProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const {
    answer: look,
    problem,
    delay,
  } = useAnswer(
    ask,
    { about: 'flow', image, network },
    [image, network, running],
    ({ standing }) => (standing === 'training' ? PACE_MS : undefined),
  );
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close(); // gives the focus back to what opened it
  }, []);
  const leave = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  const around = useShape();
  const [H, W, C] = look?.inputShape ?? around;
  const shape = useMemo((): ImageShape => [H as number, W as number, C as number], [H, W, C]);
  return (
    <ShapeContext.Provider value={shape}>
      <dialog ref={dialog} class="inside" aria-labelledby="inside-title" onCancel={leave}>
        <Head image={image} look={look} onOpen={onOpen} onClose={onClose} />
        {problem && (
          <p class="notice" role="alert">
            {problem}
          </p>
        )}
        {look ? (
          <Views look={look} image={image} ask={ask} running={running} />
        ) : (
          !problem && <p role="status">{delay ?? 'The image is on its way.'}</p>
        )}
      </dialog>
    </ShapeContext.Provider>
  );
}

interface HeadProps {
  readonly image: ImageRef;
  readonly look: FlowAnswer | undefined;
  readonly onOpen: (image: ImageRef) => void;
  readonly onClose: () => void;
}

function Head({ image, look, onOpen, onClose }: HeadProps) {
  const label = look?.label === undefined ? undefined : look.classes[look.label];
  const step = (by: number) => {
    if (image.split !== 'own') onOpen({ ...image, index: image.index + by });
  };
  return (
    <header>
      <Picture pixels={look?.pixels} label="" />
      <div>
        <h2 id="inside-title">
          {image.split === 'own' ? 'Your image' : `${SPLITS[image.split]} ${image.index}`}
          {label && <span class="soft">{label}</span>}
        </h2>
        {look && <Verdict look={look} />}
      </div>
      <div class="tools">
        {image.split !== 'own' && (
          <>
            <button
              type="button"
              aria-label="The image before"
              disabled={image.index === 0}
              onClick={() => step(-1)}
            >
              ←
            </button>
            <button type="button" aria-label="The next image" onClick={() => step(1)}>
              →
            </button>
          </>
        )}
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </header>
  );
}

function standingText({ standing, stepsDone }: FlowAnswer): string {
  const steps = stepsDone === undefined ? '' : `, after ${counted(stepsDone, 'step')}`;
  switch (standing) {
    case 'untrained':
      return 'These are the random weights that a training begins with: nothing is learned yet.';
    case 'training':
      return `Live: the weights of the training under way${steps}.`;
    case 'trained':
      return `The weights of the last training${steps}.`;
    case 'given':
      return 'The weights that were read from a file.';
    default:
      return standing satisfies never;
  }
}

const bestOf = ({ stages }: FlowAnswer) => {
  const shares = stages.at(-1)?.values ?? new Float32Array();
  const best = shares.indexOf(Math.max(...shares));
  return { best, share: shares[best] ?? 0 };
};

function Verdict({ look }: { look: FlowAnswer }) {
  const { best, share } = bestOf(look);
  return (
    <p>
      The network says <b>{look.classes[best] ?? `class ${best}`}</b>, at {percent(share)}
      {look.label !== undefined && (best === look.label ? ': right.' : ': wrong.')}{' '}
      <span class="soft">{standingText(look)}</span>
    </p>
  );
}

const VIEWS = [
  ['layers', 'Layer by layer'],
  ['attribution', 'Attribution'],
  ['health', 'Activation statistics'],
  ['code', 'Code'],
] as const;

type ViewName = (typeof VIEWS)[number][0];

/** 'conv2' is a layer, 'code-conv2' its code, 'health' a view. */
function spotNow(): { view: ViewName; layer?: string | undefined } {
  const spot = spotFromHash(here().hash);
  const code = /^code-([\w.]+)$/.exec(spot ?? '')?.[1];
  if (code) return { view: 'code', layer: code };
  if (spot === 'attribution' || spot === 'health') return { view: spot };
  return { view: 'layers', layer: spot };
}

interface ViewsProps extends Pick<InsideProps, 'image' | 'ask' | 'running'> {
  readonly look: FlowAnswer;
}

function Views({ look, image, ask, running }: ViewsProps) {
  const inks = useInks();
  const [spot] = useState(spotNow);
  const [view, setView] = useState<ViewName>(spot.view);
  const [name, setName] = useState(spot.layer ?? look.stages[0]?.name);
  useEffect(() => {
    const follow = () => {
      const { view, layer } = spotNow();
      setView(view);
      if (layer) setName(layer);
    };
    // Comes before 'hashchange', and with it the same image anew: the effect below would write the old spot back.
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const { stages, pixels, inputShape } = look;
  const at = Math.max(
    0,
    stages.findIndex((stage) => stage.name === name),
  );
  const layer = stages[at]?.name ?? '';
  useEffect(() => {
    keepSpot(
      image,
      { layers: layer, code: `code-${layer}`, attribution: view, health: view }[view],
    );
  }, [image, view, layer]);
  const isUnknown = name !== undefined && stages.every((stage) => stage.name !== name);
  const river = (
    <River
      pixels={pixels}
      inputShape={inputShape}
      stages={stages}
      chosen={at}
      inks={inks}
      onChoose={(next) => setName(stages[next]?.name)}
    />
  );
  return (
    <>
      <Tabs chosen={view} onChoose={setView} />
      {isUnknown && (
        <p class="notice" role="status">
          This network has no layer “{name}”; {layer} is shown.
        </p>
      )}
      <div role="tabpanel" id="inside-panel" aria-labelledby={`tab-${view}`}>
        {(view === 'layers' || view === 'code') && river}
        {view === 'layers' && <Layer look={look} at={at} inks={inks} />}
        {view === 'attribution' && (
          <AttributionView
            key={hashOf(image)}
            look={look}
            best={bestOf(look).best}
            inks={inks}
            ask={ask}
            image={image}
            running={running}
          />
        )}
        {view === 'health' && <HealthView ask={ask} running={running} />}
        {view === 'code' && <CodeView ask={ask} running={running} name={layer} />}
      </div>
    </>
  );
}

interface TabsProps {
  readonly chosen: ViewName;
  readonly onChoose: (view: ViewName) => void;
}

function Tabs({ chosen, onChoose }: TabsProps) {
  const at = VIEWS.findIndex(([view]) => view === chosen);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    const [next] = VIEWS[(at + step + VIEWS.length) % VIEWS.length] ?? VIEWS[0];
    onChoose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views" onKeyDown={onKeyDown}>
      {VIEWS.map(([view, title]) => (
        <button
          type="button"
          role="tab"
          id={`tab-${view}`}
          aria-selected={view === chosen}
          aria-controls="inside-panel"
          tabIndex={view === chosen ? 0 : -1}
          onClick={() => onChoose(view)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

function Layer({ look, at, inks }: { look: FlowAnswer; at: number; inks: Inks }) {
  const { stages, pixels, classes } = look;
  const image = useMemo(() => scalePixels(pixels), [pixels]);
  const stage = stages[at];
  const [first, second] = (stage?.inputs ?? []).map((place) => stages[place]);
  if (!stage) return <p>This network has no layers.</p>;
  return (
    <LayerView
      key={`${stage.name} ${stage.outputShape.join()} ${stage.inputShape.join()}`}
      stage={stage}
      input={first?.values ?? image}
      inputName={first?.name ?? 'the image'}
      around={
        stage.inputs.length > 1
          ? { name: second?.name ?? 'the image', values: second?.values ?? image }
          : undefined
      }
      rowOf={first?.kind === 'flatten' ? first : undefined}
      next={stages.find(({ inputs }) => inputs.includes(at))}
      classes={classes}
      inks={inks}
    />
  );
}
