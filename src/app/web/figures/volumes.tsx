// What flows through a network, drawn to scale: one block a layer, its height and depth the image's, its
// length the channels. One unit is one number along each axis, the same for all blocks.
import type { CheckedLayer } from '../../network/check.ts';

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
  const known = layers.filter(({ draft }) => draft === 'answers' || draft.kind !== 'drop');
  const blocks = [
    { name: 'image', shape: input },
    ...known.flatMap(({ name, outputShape }) =>
      outputShape ? [{ name, shape: outputShape }] : [],
    ),
  ];
  const widest = Math.max(...blocks.map(({ shape }) => extent(shape).width));
  const wrong = layers.find(({ problem }) => problem !== undefined);
  return (
    <figure class="volumes" style={{ '--widest': widest }}>
      <ol aria-label="What each layer makes of one image, drawn to scale">
        {blocks.map(({ name, shape }) => (
          <li>
            <Block shape={shape} />
            <b>{name}</b>
            <span>{shape.join(' × ')}</span>
          </li>
        ))}
        {wrong && (
          <li class="unknown">
            <b>{wrong.name || 'unknown'}</b>
            <span>cannot be built</span>
          </li>
        )}
      </ol>
      <figcaption>
        What each layer makes of one image, to scale: height and depth are the image’s, the length
        is its channels, and the volume is how many numbers there are. Rows of numbers are folded
        into lines of {LINE}.
      </figcaption>
    </figure>
  );
}

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
