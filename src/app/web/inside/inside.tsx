// The exhibit: one image from inside, in a dialog over the page. What it shows follows the weights.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { scalePixels } from '../../data/prepare.ts';
import { percent } from '../../wording.ts';
import { Picture } from '../figures/picture.tsx';
import type { ImageRef } from '../protocol.ts';
import type { InsideProps } from './door.tsx';
import { LayerView } from './layer.tsx';
import { useInks } from './paint.ts';
import type { FlowAnswer, Standing } from './questions.ts';
import { River } from './river.tsx';
import '../style/inside.css';

const SPLITS = { test: 'Test image', train: 'Training image' };
/** While a training runs, the maps are drawn anew this often. */
const PACE_MS = 1000;

export function Inside({ image, ask, running, onOpen, onClose }: InsideProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { look, problem } = useFlow(image, ask, running);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close(); // gives the focus back to what opened it
  }, []);
  const leave = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={dialog} class="inside" aria-labelledby="inside-title" onCancel={leave}>
      <Head image={image} look={look} onOpen={onOpen} onClose={onClose} />
      {problem && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      {look ? <FlowView look={look} /> : !problem && <p role="status">The image is on its way.</p>}
    </dialog>
  );
}

/** The newest answer about an image, asked for again while the weights change. */
function useFlow(image: ImageRef, ask: InsideProps['ask'], running: boolean) {
  const [look, setLook] = useState<FlowAnswer>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const again = async () => {
      const answer = await ask({ about: 'flow', image });
      if (over) return;
      if (answer?.about === 'flow') setLook(answer);
      setProblem(answer?.about === 'nothing' ? answer.why : undefined);
      const changes = answer?.about === 'flow' && answer.standing === 'training';
      const soon = answer === undefined || (answer.about === 'nothing' && answer.soon);
      if (changes || soon) timer = setTimeout(() => void again(), PACE_MS);
    };
    void again();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [image, running]);
  return { look, problem };
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

const STANDINGS: Readonly<Record<Standing, string>> = {
  untrained: 'These are the random weights that a training begins with: nothing is learned yet.',
  training: 'Live: the weights of the training under way.',
  trained: 'The weights of the last training.',
};

function Verdict({ look }: { look: FlowAnswer }) {
  const shares = look.stages.at(-1)?.values ?? new Float32Array();
  const best = shares.indexOf(Math.max(...shares));
  return (
    <p>
      The network says <b>{look.classes[best] ?? `class ${best}`}</b>, at{' '}
      {percent(shares[best] ?? 0)}
      {look.label !== undefined && (best === look.label ? ': right.' : ': wrong.')}{' '}
      <span class="soft">{STANDINGS[look.standing]}</span>
    </p>
  );
}

function FlowView({ look }: { look: FlowAnswer }) {
  const { stages, pixels, classes } = look;
  const inks = useInks();
  const [name, setName] = useState(stages[0]?.name);
  const found = stages.findIndex((stage) => stage.name === name);
  const at = Math.max(0, found);
  const stage = stages[at];
  const before = stages[at - 1];
  const image = useMemo(() => scalePixels(pixels), [pixels]);
  if (!stage) return <p>This network has no layers.</p>;
  return (
    <>
      <River
        pixels={pixels}
        inputShape={look.inputShape}
        stages={stages}
        chosen={at}
        inks={inks}
        onChoose={(next) => setName(stages[next]?.name)}
      />
      <LayerView
        key={`${stage.name} ${stage.outputShape.join()} ${stage.inputShape.join()}`}
        stage={stage}
        input={before?.values ?? image}
        inputName={before?.name ?? 'the image'}
        rowOf={before?.kind === 'flatten' ? before : undefined}
        next={stages[at + 1]}
        classes={classes}
        inks={inks}
      />
    </>
  );
}
