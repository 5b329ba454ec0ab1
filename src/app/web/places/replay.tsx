// The run once more, epoch by epoch: the confusion matrix of the validation images and the curves so far.
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { counted, percent } from '../../wording.ts';
import { Confusion } from '../figures/confusion.tsx';
import { Curves } from '../figures/curves.tsx';
import type { Run } from '../state.ts';

/** How long an epoch stands while it plays: long enough to find a cell. */
const PLAY_MS = 900;

export function Replay({ run, classes }: { run: Run; classes: readonly string[] }) {
  const seen = useMemo(() => [...run.confusions.keys()].sort((a, b) => a - b), [run.confusions]);
  const [at, setAt] = useState(seen.length - 1);
  const [isPlaying, setPlaying] = useState(false);
  const id = useId();
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => {
      if (at + 1 < seen.length) setAt(at + 1);
      else setPlaying(false);
    }, PLAY_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, at]);

  const epoch = seen[Math.min(at, seen.length - 1)] ?? 1;
  const soFar = useMemo(() => upTo(run, epoch), [run, epoch]);
  const matrix = run.confusions.get(epoch);
  const record = run.epochs.find((one) => one.epoch === epoch);
  if (!matrix || seen.length < 2) return null;
  const play = () => {
    if (!isPlaying && at === seen.length - 1) setAt(0);
    setPlaying(!isPlaying);
  };
  return (
    <>
      <h3>How it came to this</h3>
      <p class="soft">
        The {counted(run.counts.validation, 'validation image')} after each epoch, and the curves up
        to it. Cells open the images as they were called then.
      </p>
      <div class="epochs">
        <button type="button" onClick={play}>
          {isPlaying ? 'Stop' : 'Play'}
        </button>
        <label for={id}>Epoch</label>
        <input
          id={id}
          type="range"
          min={0}
          max={seen.length - 1}
          value={at}
          aria-valuetext={`Epoch ${epoch}`}
          onInput={({ currentTarget }) => {
            setPlaying(false);
            setAt(Number(currentTarget.value));
          }}
        />
        <output for={id}>
          {epoch} of {run.config.epochs}: {percent(record?.validationAccuracy ?? 0)} right
        </output>
      </div>
      <Confusion
        matrix={matrix}
        classes={classes}
        images={{ split: 'train', epoch, judged: true }}
        isFirst={false}
      />
      <Curves run={soFar} epochs={run.config.epochs} />
    </>
  );
}

function upTo(run: Run, epoch: number): Run {
  return {
    ...run,
    epochs: run.epochs.filter((one) => one.epoch <= epoch),
    points: run.points.filter((point) => point.epoch <= epoch),
  };
}
