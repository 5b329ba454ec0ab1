// The runs side by side: what they differ in, what each came to, their curves over each other.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { readRunJson } from '../../schema/run.ts';
import { counted, duration, grouped, percent } from '../../wording.ts';
import { typedFromConfig } from '../../settings/read.ts';
import type { Typed } from '../../settings/table.ts';
import {
  compare,
  type Compared,
  freeName,
  type KeptRun,
  keptOf,
  MOST_RUNS,
  withRun,
} from './kept.ts';
import { lineOf } from './lines.ts';
import { Overlay, Swatch } from './overlay.tsx';
import type { ToWorker } from '../protocol.ts';
import type { State } from '../state.ts';
import type { UnderWay } from './underWay.ts';
import type { KeptRuns } from './useKeptRuns.ts';

interface CompareProps {
  readonly kept: KeptRuns;
  readonly running: UnderWay | undefined;
  /** The runs that can be shown again. */
  readonly whole: State['whole'];
  /** The one that is shown now. */
  readonly shown: string | undefined;
  /** No training is under way, here or in another tab. */
  readonly isFree: boolean;
  /** Sets up the settings of a run. */
  readonly onTry: (typed: Typed) => void;
  readonly onAsk: (message: ToWorker & { readonly id: string }) => void;
}

export function Compare({ kept, running, onTry, onAsk, ...props }: CompareProps) {
  const { ids, refused: unshown } = props.whole;
  const { runs, change, isVolatile } = kept;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [taken, setTaken] = useState<{ run: KeptRun; at: number }>();
  const [refused, setRefused] = useState('');
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), [taken]); // the row that had the focus is gone
  const all: readonly Compared[] = running ? [...runs, running] : runs;
  const { different, same } = compare(all);
  const shown = all.filter(({ id }) => !hidden.has(id));

  const remove = (run: KeptRun) => {
    setTaken({ run, at: runs.indexOf(run) });
    change((all) => all.filter(({ id }) => id !== run.id));
    onAsk({ kind: 'removeRun', id: run.id });
  };
  const putBack = () => {
    if (taken) {
      change((all) => all.toSpliced(taken.at, 0, taken.run).slice(-MOST_RUNS));
      onAsk({ kind: 'putBackRun', id: taken.run.id });
    }
    setTaken(undefined);
  };
  const read = async (files: readonly File[]) => {
    const sentences: string[] = [];
    for (const file of files) {
      try {
        const record = readRunJson(file.name, await file.text());
        change((all) => withRun(all, keptOf(record, freeName(all))));
      } catch (error) {
        sentences.push(error instanceof Error ? error.message : String(error));
      }
    }
    setRefused(sentences.join(' '));
  };

  const curveOf = (run: Compared) => (
    <label class="toggle">
      <input
        type="checkbox"
        checked={!hidden.has(run.id)}
        onChange={() => setHidden(toggled(hidden, run.id))}
      />{' '}
      {hidden.has(run.id) ? 'curve' : <Swatch line={lineOf(shown.indexOf(run), shown.length)} />}
      <span class="unseen">curve of {run.name}</span>
    </label>
  );
  const settingsOf = (run: Compared) =>
    different.map(({ text }) => <td class="differs">{text(run)}</td>);

  return (
    <div class="runs">
      <h3>Runs side by side</h3>
      {runs.length === 0 ? (
        <p class="soft">
          Every run that ends or is stopped is kept here, to be compared with the next.
        </p>
      ) : (
        <>
          <div class="scroll" role="region" aria-label="The kept runs" tabIndex={0}>
            <table class="wide">
              <thead>
                <tr>
                  <th scope="col">Run</th>
                  {different.map(({ title }) => (
                    <th scope="col">{title}</th>
                  ))}
                  <th scope="col" class="n">
                    Test accuracy
                  </th>
                  <th scope="col" class="n">
                    Parameters
                  </th>
                  <th scope="col" class="n">
                    Time
                  </th>
                  <th scope="col">Digest</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <tr>
                    <th scope="row">
                      <Name
                        run={run}
                        onRename={(name) =>
                          change((all) =>
                            all.map((one) => (one.id === run.id ? { ...one, name } : one)),
                          )
                        }
                      />
                      {curveOf(run)}
                    </th>
                    {settingsOf(run)}
                    <td
                      class="n"
                      title={`95 % interval ${percent(run.interval.low)} to ${percent(run.interval.high)}`}
                    >
                      {percent(run.accuracy, 2)}
                    </td>
                    <td class="n">{grouped(run.parameters)}</td>
                    <td class="n">{duration(run.timeMs)}</td>
                    <td>
                      <code>{run.digest.slice(0, 8)}</code>
                      {run.stopped !== 'completed' && <span class="soft"> {run.stopped}</span>}
                    </td>
                    <td class="acts">
                      {run.id === props.shown ? (
                        <span class="soft">Shown below</span>
                      ) : (
                        ids.has(run.id) && (
                          <button
                            type="button"
                            class="link"
                            aria-disabled={!props.isFree}
                            onClick={() => props.isFree && onAsk({ kind: 'openRun', id: run.id })}
                          >
                            Open<span class="unseen"> {run.name}</span>
                          </button>
                        )
                      )}{' '}
                      <button
                        type="button"
                        class="link"
                        onClick={() => onTry(typedFromConfig(run.config))}
                      >
                        Set again<span class="unseen"> what {run.name} had</span>
                      </button>{' '}
                      <button type="button" class="link" onClick={() => remove(run)}>
                        Remove<span class="unseen"> {run.name}</span>
                      </button>
                    </td>
                  </tr>
                ))}
                {running && (
                  <tr class="running">
                    <th scope="row">
                      <span class="name">{running.name}</span>
                      {curveOf(running)}
                    </th>
                    {settingsOf(running)}
                    <td class="n">–</td>
                    <td class="n">{grouped(running.parameters)}</td>
                    <td class="n">{running.epochs.length > 0 ? duration(running.timeMs) : '–'}</td>
                    <td colSpan={2}>
                      {running.isPaused ? 'paused' : 'running'}{' '}
                      <span class="soft">
                        {running.epochs.length} of {counted(running.of, 'epoch')} done
                      </span>
                    </td>
                  </tr>
                )}
              </tbody>
            </table>
          </div>
          <p class="soft same">
            {all.length > 1 && different.length === 0
              ? 'They were set alike. '
              : all.length > 1 && 'Only the settings in which they differ have a column. '}
            {same.map(({ title, text }) => `${title}: ${text}`).join('; ')}. Time is that of the
            whole run, evaluation included; equal digests are equal weights, to the bit.
          </p>
          {shown.some(({ epochs }) => epochs.length > 0) && (
            <Overlay runs={shown} least={running?.of ?? 0} />
          )}
        </>
      )}
      <p class="soft" role="status">
        {taken && (
          <>
            {taken.run.name} is taken out.{' '}
            <button ref={back} type="button" class="link" onClick={putBack}>
              Put it back
            </button>
          </>
        )}
      </p>
      {unshown !== undefined && (
        <p class="notice" role="alert">
          {unshown}
        </p>
      )}
      {isVolatile && (
        <p class="notice" role="alert">
          This browser did not store the runs: they stay until the page is closed. To keep one, take
          its run.json away below.
        </p>
      )}
      <ReadRun onFiles={(files) => void read(files)} />
      {refused !== '' && (
        <p class="notice" role="alert">
          {refused.replace(/\.?$/, '.')} The runs here stay as they are.
        </p>
      )}
      {runs.length === MOST_RUNS && (
        <p class="soft">
          These are {counted(MOST_RUNS, 'run')}, as many as are kept: the next takes the place of
          the oldest.
        </p>
      )}
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Name({
  run,
  onRename,
}: {
  readonly run: KeptRun;
  readonly onRename: (name: string) => void;
}) {
  const [text, setText] = useState(run.name);
  useEffect(() => setText(run.name), [run.name]);
  const rename = () => {
    const name = text.trim().slice(0, 60);
    if (name === '') setText(run.name);
    else if (name !== run.name) onRename(name);
  };
  return (
    <input
      class="name"
      type="text"
      aria-label={`Name of ${run.name}`}
      autocomplete="off"
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
      onChange={rename}
    />
  );
}

function ReadRun({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  return (
    <p class="soft take">
      <label class="file" for={id}>
        <input
          ref={input}
          id={id}
          type="file"
          accept=".json,application/json"
          multiple
          onChange={() => {
            onFiles([...(input.current?.files ?? [])]);
            if (input.current) input.current.value = '';
          }}
        />
        <span>Take in another run</span>
      </label>{' '}
      a run.json of another time or machine
    </p>
  );
}
