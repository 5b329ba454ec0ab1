// The first place: what is asked, of which garments, on which machine, and what to do where WebGPU is missing.
import { useMemo } from 'preact/hooks';
import { drawGarment } from '../../data/builtin.ts';
import { SIZE } from '../../data/garments/raster.ts';
import { Random } from '../../data/random.ts';
import { FASHION_CLASSES, FASHION_TASK, isFashion } from '../../data/fashion.ts';
import { MOST_CLASSES_SHOWN, pixelsText } from '../../readable.ts';
import { counted } from '../../wording.ts';
import { type Advice, advise } from '../advice.ts';
import { Picture } from '../figures/picture.tsx';
import type { State } from '../state.ts';

/** What the eye goes by, in the order of the classes: true of the drawn ones, photographs know exceptions. */
const CLUES = [
  'short sleeves',
  'two legs',
  'long sleeves, closed',
  'long, no legs',
  'long sleeves, open front',
  'straps and gaps',
  'collar, buttons',
  'flat, laced',
  'a handle',
  'a shaft, a heel',
];

/** By class: chosen by eye among the first two dozen. */
const ORNAMENTS = [6, 11, 9, 16, 3, 9, 11, 9, 12, 16];

/** One garment a class, drawn here at once: the page has its pictures before any data is there. */
function drawn(): readonly Uint8Array[] {
  return FASHION_CLASSES.map((_, label) => {
    const pixels = new Uint8Array(SIZE);
    drawGarment(label, new Random(ORNAMENTS[label] ?? 0, label), pixels, 0);
    return pixels;
  });
}

export function Problem({ state }: { state: State }) {
  const { data, device } = state;
  const ornaments = useMemo(drawn, []);
  const isGarments = !data || isFashion(data.exploration.classes);
  const real = data && !(data.builtin && isGarments);
  const classes = data?.exploration.classes ?? FASHION_CLASSES;
  const pictures = real ? data.samples.map(([first]) => first?.pixels) : ornaments;
  return (
    <section id="problem" aria-labelledby="title" tabIndex={-1}>
      <h1 id="title">{isGarments ? 'Which garment is this?' : 'Which of these is it?'}</h1>
      <p class="lead">
        A convolutional network learns to answer, from nothing, in this browser tab. Its arithmetic
        is hand-written WebGPU kernels; nothing leaves your machine.
      </p>
      <ul class="garments">
        {classes.slice(0, MOST_CLASSES_SHOWN).map((name, label) => (
          <li>
            <Picture
              pixels={pictures[label]}
              label=""
              {...(!real && { shape: FASHION_TASK.shape })}
            />
            <b>{name}</b>
            {!real && <span>{CLUES[label]}</span>}
          </li>
        ))}
      </ul>
      <div class="pair prose">
        <div>
          <h2 class="small">What is asked</h2>
          <p>
            {data && !isGarments
              ? `Given an image of ${pixelsText(data.exploration)}, say which of ${counted(classes.length, 'class', 'classes')} it is. `
              : 'Given a gray image of 28\u00a0×\u00a028 pixels, say which of ten kinds of clothing it shows. '}
            The network sees labeled images again and again, and is judged on images that it never
            saw.
          </p>
        </div>
        {isGarments && (
          <div>
            <h2 class="small">What is hard</h2>
            <p>
              A trouser and a bag are told apart at a glance. Shirt, T-shirt, pullover and coat
              share one outline; at this size a collar is three pixels and a row of buttons is one.
              On the real photographs about nine answers in ten are right, and most errors lie among
              these four.
            </p>
          </div>
        )}
      </div>
      <dl class="facts">
        <div>
          <dt>Data set</dt>
          <dd>{data?.title ?? (state.worker === 'gone' ? 'none' : 'being drawn')}</dd>
        </div>
        <div>
          <dt>WebGPU adapter</dt>
          <dd>{adapterText(state)}</dd>
        </div>
      </dl>
      {device.status === 'missing' && (
        <Missing
          advice={advise(device.missing, {
            userAgent: navigator.userAgent,
            secure: isSecureContext,
          })}
          detail={device.missing === 'failed' ? device.detail : ''}
        />
      )}
    </section>
  );
}

function adapterText({ device, worker }: State): string {
  if (worker === 'gone') return 'not opened';
  if (device.status === 'opening') return 'being opened';
  if (device.status === 'missing') return 'none: see below';
  const { name, software } = device.adapter;
  return software ? `${name}: a CPU that plays a GPU, and slow` : name;
}

function Missing({ advice, detail }: { advice: Advice; detail: string }) {
  return (
    <div class="notice" role="alert">
      <h2 class="small">{advice.title}</h2>
      <ul>
        {advice.steps.map((step) => (
          <li>{step}</li>
        ))}
      </ul>
      <p class="soft">
        The data below can be looked at all the same; only the training needs WebGPU.
        {detail !== '' && ` The browser says: ${detail}`}
      </p>
    </div>
  );
}
