// One layer, close up: its maps and filters, one map large, and the value chosen in it written out.
import { useMemo, useState } from 'preact/hooks';
import { type Stage, indexAt, isImage, positionOf } from '../../inside/stage.ts';
import { type Account, accountOf } from '../../inside/terms.ts';
import { kindSentence, kindTitle } from '../../network/kinds.ts';
import { AccountView } from './account.tsx';
import { Answers } from './answers.tsx';
import { Frame, Legend, MapCanvas, ValueMap } from './maps.tsx';
import { type Inks, gridOf, scaleOf } from './paint.ts';
import { shapeText } from './river.tsx';
import { Tiles } from './tiles.tsx';
import { ValueTable } from './valueTable.tsx';

/** Values that go in, by their name. */
interface Entering {
  readonly name: string;
  readonly values: Float32Array;
}

export interface LayerProps {
  readonly stage: Stage;
  /** What goes in, and what it is called. */
  readonly input: Float32Array;
  readonly inputName: string;
  /** What goes around a residual block. */
  readonly around?: Entering | undefined;
  /** The layer before, where its output was an image that was put in a row. */
  readonly rowOf: Stage | undefined;
  readonly next: Stage | undefined;
  readonly classes: readonly string[];
  readonly inks: Inks;
}

export function LayerView(props: LayerProps) {
  const { stage, input, inputName, around, next, classes, inks } = props;
  const { name, outputShape, inputShape, values } = stage;
  const [index, setIndex] = useState(() => strongest(values));
  const [picked, setPicked] = useState<number>();
  const account = useMemo(
    () => accountOf(stage, input, index, around?.values),
    [stage, input, index, around?.values],
  );
  const scale = useMemo(() => scaleOf(values), [values]);
  const position = positionOf(outputShape, index);
  const channels = isImage(outputShape) ? (outputShape[2] ?? 1) : 1;
  const inputChannel = channelOf(account, picked, position.channel);

  const grid = gridOf(outputShape, position.channel);
  const cell = isImage(outputShape)
    ? position
    : { row: Math.floor(index / grid.columns), column: index % grid.columns };
  const turnTo = (channel: number) =>
    setIndex(indexAt(outputShape, { ...position, channel }) as number);
  const isAnswer = !isImage(outputShape) && outputShape[0] === classes.length;

  return (
    <section class="layer" aria-label={`Layer ${name}`}>
      <h3>
        {name} <span class="soft">{kindTitle(stage.kind)}</span>
      </h3>
      <p class="soft">
        {sentenceOf(stage)} {shapeText(inputShape)} values go in, {shapeText(outputShape)} come out.
      </p>
      <div class={channels > 1 ? 'closeUp' : 'closeUp narrow'}>
        {channels > 1 && (
          <div class="overview">
            <h4>Its {channels} maps</h4>
            <Tiles
              label={`Maps of ${name}`}
              noun="Map"
              count={channels}
              chosen={position.channel}
              onChoose={turnTo}
              grid={(k) => gridOf(outputShape, k)}
              values={values}
              scale={scale}
              inks={inks}
            />
            <Legend scale={scale} />
            <Filters
              stage={stage}
              channel={inputChannel}
              chosen={position.channel}
              onChoose={turnTo}
              inks={inks}
            />
          </div>
        )}
        <div>
          <div class="passage">
            {isImage(inputShape) && isImage(outputShape) && (
              <Source {...props} position={position} channel={inputChannel} />
            )}
            {around && isImage(inputShape) && (
              <Source
                {...props}
                input={around.values}
                inputName={around.name}
                note="what goes around the block"
                position={position}
                channel={inputChannel}
              />
            )}
            <figure>
              {isAnswer ? (
                <Answers stage={stage} classes={classes} chosen={index} onChoose={setIndex} />
              ) : (
                <ValueMap
                  label={isImage(outputShape) ? `${name}, map ${position.channel}` : name}
                  grid={grid}
                  values={values}
                  scale={scale}
                  inks={inks}
                  chosen={cell}
                  onChoose={({ row, column }) => setIndex(grid.at(row, column) as number)}
                  onTurn={(by) => turnTo((position.channel + by + channels) % channels)}
                />
              )}
              <figcaption>
                {isImage(outputShape)
                  ? `${name}, map ${position.channel} of 0 to ${channels - 1}: click a value, or use the arrow keys`
                  : isAnswer
                    ? `${name}: choose a class`
                    : `${name}: its values in rows of ${grid.columns}; click one, or use the arrow keys`}
              </figcaption>
              {channels === 1 && !isAnswer && <Legend scale={scale} />}
            </figure>
          </div>
          <AccountView
            stage={stage}
            account={account}
            index={index}
            inputName={inputName}
            aroundName={around?.name ?? ''}
            rowOf={props.rowOf}
            inputChannel={inputChannel}
            onPick={setPicked}
            next={next}
            classes={isAnswer ? classes : undefined}
          />
          <ValueTable
            label={isImage(outputShape) ? `${name}, map ${position.channel}` : name}
            grid={grid}
            values={values}
          />
        </div>
      </div>
    </section>
  );
}

/** What a layer does; of one from outside, what it has learned. */
function sentenceOf({ kind, parameters }: Stage): string {
  const known = kindSentence(kind);
  if (known !== undefined) return known;
  const learned = parameters.map(({ name, shape }) => `${name} (${shapeText(shape)})`);
  return learned.length > 0 ? `It learns ${learned.join(', ')}.` : 'It learns nothing.';
}

/** The index of the value furthest from zero: there is something to see. */
function strongest(values: Float32Array): number {
  let best = 0;
  values.forEach((value, index) => {
    if (Math.abs(value) > Math.abs(values[best] as number)) best = index;
  });
  return best;
}

/** The input channel that is shown: the one picked, or where a filter finds most. */
function channelOf(account: Account, picked: number | undefined, same: number): number {
  if (account.kind !== 'conv2d') return same;
  if (picked !== undefined && picked < account.channels.length) return picked;
  const sums = account.channels.map(({ sum }) => Math.abs(sum));
  return sums.indexOf(Math.max(...sums));
}

interface SourceProps extends LayerProps {
  readonly position: { readonly row: number; readonly column: number };
  readonly channel: number;
  readonly note?: string;
}

/** The map that goes in, with the window that the chosen value comes from. */
function Source({ stage, input, inputName, position, channel, inks, note }: SourceProps) {
  const { kind, window } = stage;
  // Of a residual sum both ways have the shape of what comes out.
  const inputShape = kind === 'residual' ? stage.outputShape : stage.inputShape;
  const grid = gridOf(inputShape, channel);
  const scale = useMemo(() => scaleOf(input), [input]);
  const cells = window
    ? {
        row: position.row * window.strideH - window.top,
        column: position.column * window.strideW - window.left,
        rows: (window.R - 1) * window.dilationH + 1,
        columns: (window.S - 1) * window.dilationW + 1,
      }
    : { ...position, rows: 1, columns: 1 };
  const many = (inputShape[2] ?? 1) > 1;
  const what = note ?? (kind === 'residual' ? 'what the layers inside made' : 'what goes in');
  return (
    <figure>
      <div class="valueMap still" style={{ aspectRatio: `${grid.columns} / ${grid.rows}` }}>
        <MapCanvas grid={grid} values={input} scale={scale} inks={inks} />
        <Frame grid={grid} cells={cells} />
      </div>
      <figcaption>
        {inputName}
        {many && `, map ${channel}`}
        {`: ${what}, framed where`} the chosen value comes from
      </figcaption>
    </figure>
  );
}

interface FiltersProps {
  readonly stage: Stage;
  readonly channel: number;
  readonly chosen: number;
  readonly onChoose: (at: number) => void;
  readonly inks: Inks;
}

function Filters({ stage, channel, chosen, onChoose, inks }: FiltersProps) {
  const { kind, weight, window, inputShape, outputShape } = stage;
  const scale = useMemo(() => scaleOf(weight ?? []), [weight]);
  if (kind !== 'conv2d' || !weight || !window) return null;
  const [C, K] = [inputShape[2] ?? 1, outputShape[2] ?? 1];
  const { R, S } = window;
  return (
    <>
      <h4>Its {K} filters</h4>
      {C > 1 && <p class="soft">What each looks for in map {channel} of what comes in.</p>}
      <Tiles
        label={`Filters of ${stage.name}`}
        noun="Filter"
        count={K}
        chosen={chosen}
        onChoose={onChoose}
        grid={(k) => ({
          rows: R,
          columns: S,
          at: (row, column) => ((row * S + column) * C + channel) * K + k,
        })}
        values={weight}
        scale={scale}
        inks={inks}
      />
      <Legend scale={scale} />
    </>
  );
}
