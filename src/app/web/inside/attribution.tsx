// What the answer hangs on: the image under its saliency, and under Grad-CAM, for any class and any layer.
import { useState } from 'preact/hooks';
import { imageLayers } from '../../inside/stage.ts';
import { Picture } from '../figures/picture.tsx';
import { MapCanvas } from './maps.tsx';
import { type Grid, type Inks, type Scale, gridOf } from './paint.ts';
import type { InsideProps } from './door.tsx';
import type { FlowAnswer } from './questions.ts';
import { signed } from './numbers.ts';
import { useAnswer } from './useAnswer.ts';
import { ValueTable } from './valueTable.tsx';

interface AttributionProps extends Pick<InsideProps, 'ask' | 'image' | 'running'> {
  readonly look: FlowAnswer;
  readonly best: number;
  readonly inks: Inks;
}

const PACE_MS = 2000;

export function AttributionView({ look, best, inks, ask, image, running }: AttributionProps) {
  const layers = imageLayers(look.stages);
  const [target, setTarget] = useState(best);
  const [layer, setLayer] = useState(lastConvolution(look) ?? '');
  const { answer, problem, delay } = useAnswer(
    ask,
    { about: 'attribution', image, target, layer },
    [image, target, layer, running],
    () => (running ? PACE_MS : undefined),
  );
  if (layers.length === 0)
    return <p>No layer of this network puts out an image, so there is nothing to lay over one.</p>;
  const name = look.classes[target] ?? `class ${target}`;
  return (
    <>
      <div class="choices">
        <label>
          What speaks for{' '}
          <select value={target} onChange={(event) => setTarget(Number(event.currentTarget.value))}>
            {look.classes.map((one, label) => (
              <option value={label}>
                {one}
                {label === best ? ' (the answer)' : label === look.label ? ' (the truth)' : ''}
              </option>
            ))}
          </select>
        </label>
        <label>
          Grad-CAM at{' '}
          <select value={layer} onChange={(event) => setLayer(event.currentTarget.value)}>
            {layers.map((one) => (
              <option value={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
      {problem && <p class="notice">{problem}</p>}
      {answer ? (
        <div class="overlays">
          <figure>
            <div class="overlay">
              <Picture pixels={look.pixels} label="" />
            </div>
            <figcaption>
              <b>The image</b>, as it goes in.
            </figcaption>
          </figure>
          <figure>
            <Overlay
              pixels={look.pixels}
              grid={gridOf(grayOf(look.inputShape))}
              values={answer.saliency}
              inks={inks}
            />
            <figcaption>
              <b>Saliency</b>: the stronger the red, the more a small change of this pixel changes
              the logit of {name}. It is |∂logit/∂pixel|, the largest{' '}
              {signed(largest(answer.saliency), 3)} a unit of brightness. (Simonyan et al. 2013)
            </figcaption>
            <ValueTable
              label="Saliency"
              grid={gridOf(grayOf(look.inputShape))}
              values={answer.saliency}
            />
          </figure>
          <figure>
            <Overlay
              pixels={look.pixels}
              grid={camGrid(answer.cam)}
              values={answer.cam.values}
              inks={inks}
              isSmooth
            />
            <figcaption>
              <b>Grad-CAM at {answer.cam.layer}</b>: where its maps, each weighed by what it counts
              for {name}, add up. {answer.cam.height} × {answer.cam.width} values, laid over the
              image and smoothed. {largest(answer.cam.values) === 0 && NOTHING}(Selvaraju et al.
              2017)
            </figcaption>
            <ValueTable
              label={`Grad-CAM at ${answer.cam.layer}`}
              grid={camGrid(answer.cam)}
              values={answer.cam.values}
            />
          </figure>
        </div>
      ) : (
        !problem && <p role="status">{delay ?? 'The gradients are on their way.'}</p>
      )}
      <p class="soft">
        Both are gradients of a logit, by the same autograd that trains the network. They show what
        the answer hangs on near this image; they do not prove a reason.
        {look.standing === 'untrained' && ' The weights are random still, and so are these maps.'}
      </p>
    </>
  );
}

/** One value a pixel. */
const grayOf = ([height = 1, width = 1]: readonly number[]) => [height, width, 1];

const NOTHING = 'Here nothing speaks for it: the sum is nowhere above zero. ';

const camGrid = ({ height, width }: { readonly height: number; readonly width: number }) =>
  gridOf([height, width, 1]);

const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, value), 0);

function lastConvolution({ stages }: FlowAnswer): string | undefined {
  const images = stages.filter(({ outputShape }) => outputShape.length === 3);
  // After its ReLU or the sum of its block, as in the paper, and before a pool.
  const last = images.findLast(({ kind }) => !/Pool2d$|^dropout$/.test(kind));
  return (last ?? images.at(-1))?.name;
}

interface OverlayProps {
  readonly pixels: Uint8Array;
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly inks: Inks;
  readonly isSmooth?: boolean;
}

function Overlay({ pixels, grid, values, inks, isSmooth = false }: OverlayProps) {
  const scale: Scale = { most: largest(values), signed: false };
  return (
    <div class={isSmooth ? 'overlay smooth' : 'overlay'}>
      <Picture pixels={pixels} label="" />
      <MapCanvas grid={grid} values={values} scale={scale} inks={{ ...inks, ink: inks.positive }} />
    </div>
  );
}
