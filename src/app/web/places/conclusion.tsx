// The conclusion: the discussion written from this run's numbers, and what one can take away.
import type { ExportName, PageVerdict, Topic } from '../protocol.ts';
import { type Typed, typedFromOptions } from '../settings.ts';
import { Place } from './place.tsx';

interface ConclusionProps {
  readonly verdict: PageVerdict | undefined;
  readonly onExport: (what: ExportName) => void;
  /** Sets up what a suggestion proposes. */
  readonly onTry: (typed: Typed) => void;
}

const EXPORTS: readonly (readonly [ExportName, string])[] = [
  ['report.html', 'the whole run as one page that needs nothing else'],
  ['run.json', 'settings, every epoch, the test figures, the digest of the weights'],
  ['model.safetensors', 'the weights'],
];

export function Conclusion({ verdict, onExport, onTry }: ConclusionProps) {
  if (!verdict)
    return (
      <Place id="conclusion">
        <p>
          After a training this place says, from that run’s own numbers, what is strong, what is
          confused with what, whether it over- or underfits, and what to try next.
        </p>
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
      <h3>To take away</h3>
      <ul class="exports">
        {EXPORTS.map(([name, what]) => (
          <li>
            <button type="button" onClick={() => onExport(name)}>
              {name}
            </button>
            <span class="soft">{what}</span>
          </li>
        ))}
      </ul>
      <p class="soft">
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
      </p>
    </Place>
  );
}

interface ParagraphProps {
  readonly paragraph: Topic['paragraphs'][number];
  readonly onTry: (typed: Typed) => void;
}

function Paragraph({ paragraph: { text, options }, onTry }: ParagraphProps) {
  const typed = options && typedFromOptions(options);
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
