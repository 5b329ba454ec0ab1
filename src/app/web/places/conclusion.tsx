// The conclusion: the discussion written from this run's numbers, and what one can take away.
import { useState } from 'preact/hooks';
import { counted } from '../../wording.ts';
import { chartsPng } from '../chartsPng.ts';
import { save } from '../client.ts';
import { refOf } from '../figures/gallery.tsx';
import { ImageButton } from '../figures/imageButton.tsx';
import { Opens } from '../figures/opens.tsx';
import type { ExportName, PageVerdict, Topic } from '../protocol.ts';
import { typedFromChanges } from '../../settings/read.ts';
import type { Typed } from '../../settings/table.ts';
import type { State } from '../state.ts';
import { Place } from './place.tsx';
import { WeightsIn } from './weights.tsx';

interface ConclusionProps {
  readonly verdict: PageVerdict | undefined;
  /** Of the data set at hand. */
  readonly checksum: string | undefined;
  /** The curves that stand above are those of this verdict's run. */
  readonly hasCurves: boolean;
  readonly weights: State['weights'];
  /** Why no weights can be read at the moment; '' when they can. */
  readonly hindrance: string;
  readonly onWeights: (file: File) => void;
  readonly onExport: (what: ExportName) => void;
  /** Sets up what a suggestion proposes. */
  readonly onTry: (typed: Typed) => void;
}

const EXPORTS: readonly (readonly [ExportName, string])[] = [
  ['report.html', 'the whole run as one page that needs nothing else'],
  ['run.json', 'settings, every epoch, the test figures, the digest of the weights'],
  ['metrics.csv', 'every epoch as a line of a table'],
  ['model.safetensors', 'the weights'],
  ['model.onnx', 'the network with its weights, for ONNX Runtime and other tools'],
  ['pytorch.zip', 'a PyTorch module, its weights, and a script that evaluates it'],
  ['model_keras.py', 'the network as Keras code, without its weights'],
];

export function Conclusion(props: ConclusionProps) {
  const { verdict, checksum, onExport, onTry } = props;
  const bring = <WeightsIn {...props} />;
  if (!verdict)
    return (
      <Place id="conclusion">
        <p>
          After a training this place says, from that run’s own numbers, what is strong, what is
          confused with what, whether it over- or underfits, and what to try next.
        </p>
        {bring}
      </Place>
    );
  const { record, discussion } = verdict;
  return (
    <Place id="conclusion">
      <div class="discussion">
        {discussion.map(({ heading, paragraphs }) => (
          <div>
            <h3>{heading}</h3>
            {paragraphs.length === 1 ? (
              paragraphs.map((p) => <Paragraph paragraph={p} onTry={onTry} />)
            ) : (
              <ul>
                {paragraphs.map((p) => (
                  <li>
                    <Paragraph paragraph={p} onTry={onTry} />
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
      </div>
      {verdict.pairs.length > 0 && <Pairs verdict={verdict} checksum={checksum} />}
      <h3>Export</h3>
      <ul class="exports">
        {EXPORTS.map(([name, what]) => (
          <li>
            <button type="button" onClick={() => onExport(name)}>
              {name}
            </button>
            <span class="soft">{what}</span>
          </li>
        ))}
        <li>
          <ChartsButton verdict={verdict} hasCurves={props.hasCurves} />
        </li>
      </ul>
      {bring}
      {record.notes.length > 0 && (
        <details>
          <summary>Notes on this run</summary>
          <ul class="soft">
            {record.notes.map((note) => (
              <li>{note}</li>
            ))}
          </ul>
        </details>
      )}
      <p class="soft">
        {record.command === '' ? (
          <>
            Weights: <code>{record.digest}</code>. They were read from a file, and no command leads
            to them.
          </>
        ) : (
          <>
            The same run in a terminal:{' '}
            <code class="command">
              {record.command.split(' ').map((word) => (
                <>
                  <span>{word}</span>{' '}
                </>
              ))}
            </code>
            <br />
            Weights: <code>{record.digest}</code>. The same seed on the same adapter gives the same
            digest.
          </>
        )}
      </p>
    </Place>
  );
}

/** The classes most often confused, with the most confident errors. */
interface PairsProps {
  readonly verdict: PageVerdict;
  readonly checksum: string | undefined;
}

function Pairs({ verdict: { pairs, record }, checksum }: PairsProps) {
  const { classes } = record.dataset;
  const isCurrent = record.dataset.checksum === checksum;
  return (
    <>
      <h3>Most often confused</h3>
      {pairs.map(({ between: [a, b], count, images }) => (
        <div class="pair-look">
          <p>
            <b>
              {classes[a]} and {classes[b]}
            </b>
            <Opens
              query={{
                title: `${classes[a]} and ${classes[b]}, confused with each other`,
                split: 'test',
                confused: [a, b],
              }}
              class="inline"
            >
              {counted(count, 'image')}
            </Opens>
          </p>
          <div>
            {images.map((mistake) => {
              const { index, label, pixels, answers } = mistake;
              return (
                <ImageButton
                  key={index}
                  image={refOf(mistake, isCurrent)}
                  pixels={pixels}
                  label={`${classes[label]} called ${classes[answers[0]?.label ?? label]}, test image ${index}`}
                />
              );
            })}
          </div>
        </div>
      ))}
    </>
  );
}

interface ChartsProps {
  readonly verdict: PageVerdict;
  readonly hasCurves: boolean;
}

function ChartsButton({ verdict, hasCurves }: ChartsProps) {
  const [problem, setProblem] = useState('');
  const give = () =>
    chartsPng(verdict, hasCurves).then(
      (blob) => save('charts.png', blob),
      (error: unknown) => setProblem(String(error)),
    );
  return (
    <>
      <button type="button" onClick={() => void give()}>
        charts.png
      </button>
      <span class="soft" role="status">
        {problem ||
          (hasCurves
            ? 'the learning curves and the confusion matrix, in the colors of this page'
            : 'the confusion matrix, in the colors of this page; the curves above are not of these weights')}
      </span>
    </>
  );
}

interface ParagraphProps {
  readonly paragraph: Topic['paragraphs'][number];
  readonly onTry: (typed: Typed) => void;
}

function Paragraph({ paragraph: { text, options }, onTry }: ParagraphProps) {
  const typed = options && typedFromChanges(options);
  return (
    <p>
      {text}
      {typed && (
        <>
          {' '}
          <button type="button" class="link" onClick={() => onTry(typed)}>
            Set it up
          </button>
        </>
      )}
    </p>
  );
}
