// What flows through a network, drawn to scale: one block a layer, its height and depth the image's, its
// length the channels. One unit is one number along each axis, the same for all blocks.
import type { CheckedLayer } from '../../network/check.ts';
import { ownName } from '../places/layer.tsx';

type Shape = readonly number[];

/** Depth is drawn slantwise: so much to the right and up for each unit. */
const SLANT = { right: 0.4, up: 0.3 };
/** A row of numbers is folded into lines of so many. */
const LINE = 128;

interface VolumesProps {
  readonly input: Shape;
  readonly layers: readonly CheckedLayer[];
}

export function Volumes({ input, layers }: VolumesProps) {
  const shapes = [input, ...shapesOf(layers)];
  const widest = Math.max(...shapes.map((shape) => extent(shape).width));
  const wrong = layers.find(({ problem, outputShape }) => problem !== undefined || !outputShape);
  const hasBlocks = layers.some(hasBody);
  return (
    <figure class="volumes" style={{ '--widest': widest }}>
      <ol aria-label="What each layer makes of one image, drawn to scale">
        <Volume name="image" shape={input} />
        <Row layers={layers} />
        {wrong && (
          <li class="unknown">
            <b>{ownName(wrong) || 'unknown'}</b>
            <span>cannot be built</span>
          </li>
        )}
      </ol>
      <figcaption>
        What each layer makes of one image, to scale: height and depth are the image’s, the length
        is its channels, and the volume is how many numbers there are. Rows of numbers are folded
        into lines of {LINE}.
        {hasBlocks &&
          ' The line over a residual block is its shortcut: what it carries is added to what the layers below it make.'}
      </figcaption>
    </figure>
  );
}

const hasBody = ({ body }: CheckedLayer) => body.length > 0;
const shapesOf = (layers: readonly CheckedLayer[]): Shape[] =>
  layers.flatMap(({ outputShape, body, shortcut = [] }) => [
    ...(outputShape ? [outputShape] : []),
    ...shapesOf([...body, ...shortcut]),
  ]);

/** Layers whose output is drawn: dropout and activations make none of another form. */
const isDrawn = ({ draft, outputShape }: CheckedLayer) =>
  outputShape !== undefined && (draft === 'answers' || !/^(drop|act|bn|ln|gn)$/.test(draft.kind));

const Row = ({ layers }: { layers: readonly CheckedLayer[] }) => (
  <>
    {layers.filter(isDrawn).map((layer) => {
      const { draft, outputShape = [] } = layer;
      if (draft !== 'answers' && draft.kind === 'res') return <Residual layer={layer} />;
      if (draft !== 'answers' && draft.kind === 'times')
        return (
          <li class="repeated">
            <ol aria-label={`${draft.size} times`}>
              <Row layers={layer.body} />
            </ol>
            <b>{draft.size} ×</b>
          </li>
        );
      return <Volume name={ownName(layer)} shape={outputShape} />;
    })}
  </>
);

/** A block: what its layers make, under the line of what goes around them, and the sum of both. */
function Residual({ layer }: { layer: CheckedLayer }) {
  const { body, shortcut, outputShape = [] } = layer;
  const name = ownName(layer);
  return (
    <li class="residual">
      <div class="ways">
        <div class="shortcut">
          {shortcut ? (
            <ol aria-label={`The shortcut of ${name}`}>
              <Row layers={shortcut} />
            </ol>
          ) : (
            <span>as it comes in</span>
          )}
        </div>
        <ol aria-label={`Inside ${name}`}>
          <Row layers={body} />
        </ol>
      </div>
      <div class="sum">
        <span aria-hidden="true">+</span>
        <Block shape={outputShape} />
        <b>{name}</b>
        <span>{outputShape.join(' × ')}</span>
      </div>
    </li>
  );
}

const Volume = ({ name, shape }: { name: string; shape: Shape }) => (
  <li>
    <Block shape={shape} />
    <b>{name}</b>
    <span>{shape.join(' × ')}</span>
  </li>
);

/** Height, depth and length in units. */
function sides(shape: Shape): { H: number; W: number; C: number } {
  const [first = 1, W, C] = shape;
  if (W !== undefined && C !== undefined) return { H: first, W, C };
  return { H: Math.ceil(first / LINE), W: 1, C: Math.min(first, LINE) };
}

function extent(shape: Shape): { width: number; height: number } {
  const { H, W, C } = sides(shape);
  return { width: C + SLANT.right * W, height: H + SLANT.up * W };
}

function Block({ shape }: { shape: Shape }) {
  const { H, W, C } = sides(shape);
  const { width, height } = extent(shape);
  const [dx, dy] = [SLANT.right * W, SLANT.up * W];
  const points = (...corners: readonly (readonly [x: number, y: number])[]) =>
    corners.map((corner) => corner.join()).join(' ');
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      style={{ '--width': width, '--height': height }}
      aria-hidden="true"
    >
      <polygon class="top" points={points([0, dy], [dx, 0], [dx + C, 0], [C, dy])} />
      <polygon class="side" points={points([C, dy], [C + dx, 0], [C + dx, H], [C, H + dy])} />
      <polygon class="front" points={points([0, dy], [C, dy], [C, H + dy], [0, H + dy])} />
    </svg>
  );
}
