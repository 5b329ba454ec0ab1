// The way of the image through the network: a picture for each layer, in order; choosing one opens it below.
import { useEffect, useRef } from 'preact/hooks';
import { type Shape, type Stage, isImage, placeOf } from '../../inside/stage.ts';
import { kindTitle } from '../../network/kinds.ts';
import { Picture } from '../figures/picture.tsx';
import { type Inks, gridOf, paint, scaleOf } from './paint.ts';

interface RiverProps {
  readonly pixels: Uint8Array;
  readonly inputShape: Shape;
  readonly stages: readonly Stage[];
  readonly chosen: number;
  readonly inks: Inks;
  readonly onChoose: (at: number) => void;
}

export const shapeText = (shape: Shape) => shape.join(' × ');

export function River({ pixels, inputShape, stages, chosen, inks, onChoose }: RiverProps) {
  const list = useRef<HTMLOListElement>(null);
  const hasBlocks = stages.some((stage) => placeOf(stage).block !== undefined);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current=true]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  return (
    <ol class="river" ref={list} aria-label="Layers">
      <li class="first">
        {hasBlocks && <span class="band" />}
        <Picture pixels={pixels} label="" />
        <b>image</b>
        <span>goes in</span>
        <span class="n">{shapeText(inputShape)}</span>
      </li>
      {stages.map((stage, at) => {
        const { own, block, way } = placeOf(stage);
        const before = stages[at - 1];
        const begins = before === undefined || placeOf(before).way !== way;
        return (
          <li class={way && `block ${way}`}>
            {hasBlocks && (
              <span class="band">
                {block !== undefined && begins && (way === 'body' ? block : way)}
              </span>
            )}
            <button
              type="button"
              aria-current={at === chosen ? 'true' : undefined}
              onClick={() => onChoose(at)}
            >
              <Mosaic stage={stage} inks={inks} />
              <b>{own}</b>
              {block !== undefined && way !== 'sum' && (
                <span class="unseen">
                  in the {way} of {block}
                </span>
              )}
              <span>{kindTitle(stage.kind)}</span>
              <span class="n">{shapeText(stage.outputShape)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** The first maps of a layer side by side, or a vector folded into rows. */
function Mosaic({ stage, inks }: { stage: Stage; inks: Inks }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { outputShape, values } = stage;
  const channels = isImage(outputShape) ? (outputShape[2] ?? 1) : 1;
  const side = Math.min(4, Math.floor(Math.sqrt(channels)));
  const { rows, columns } = gridOf(outputShape);
  const [width, height] = [side * (columns + 1) - 1, side * (rows + 1) - 1];
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const picture = context.createImageData(width, height);
    const scale = scaleOf(values);
    for (let k = 0; k < side * side; k++) {
      const corner = [(k % side) * (columns + 1), Math.floor(k / side) * (rows + 1)] as const;
      paint(picture, gridOf(outputShape, k), values, scale, inks, corner);
    }
    context.putImageData(picture, 0, 0);
  }, [values, inks]);
  return <canvas ref={canvas} class="map" width={width} height={height} aria-hidden="true" />;
}
