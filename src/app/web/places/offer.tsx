// A run that was left and can be gone on with: what it is, and the ways to take it up, keep it or let it go.
import { useId } from 'preact/hooks';
import { counted, grouped, setting } from '../../wording.ts';
import type { Lever, Offer as Kept } from '../protocol.ts';
import { OPTIMIZER_TITLES } from '../../settings/optimizers.ts';

interface OfferProps {
  readonly offer: Kept | undefined;
  readonly refused: string | undefined;
  readonly isReady: boolean;
  readonly onPull: (lever: Lever) => void;
}

export function Offer({ offer, refused, isReady, onPull }: OfferProps) {
  const id = useId();
  return (
    <>
      {refused && (
        <p class="notice" role="alert">
          {refused}
        </p>
      )}
      {offer && (
        <div class="notice offer" role="group" aria-labelledby={id}>
          <h3 class="small" id={id}>
            {offer.epoch > offer.config.epochs
              ? 'A run was left before it was judged'
              : `A run was left at epoch ${offer.epoch} of ${offer.config.epochs}, step ${grouped(offer.step)}`}
          </h3>
          <p>{described(offer)}</p>
          {!offer.dataIsHere && (
            <p>
              Its data, {offer.title}, is not here any more: give the four files above, in the part
              “Data”, then go on with it.
            </p>
          )}
          {!offer.isStored && (
            <p>
              It could not be stored and is lost with this tab. Download it, and it can go on from
              the file.
            </p>
          )}
          <div class="actions">
            <button
              type="button"
              aria-disabled={!isReady}
              onClick={() => isReady && onPull({ kind: 'resume' })}
            >
              Continue this run
            </button>
            <button type="button" class="link" onClick={() => onPull({ kind: 'giveCheckpoint' })}>
              Download it
            </button>
            <button type="button" class="link" onClick={() => onPull({ kind: 'forget' })}>
              Discard it
            </button>
          </div>
        </div>
      )}
      <TakeCheckpoint onPull={onPull} />
    </>
  );
}

function described({ config, counts, at, adapter }: Kept): string {
  const when = new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  const optimizer = OPTIMIZER_TITLES[config.optimizer];
  return (
    `${counted(counts.train, 'image')}, batches of ${grouped(config.batchSize)}, ${optimizer} at ${setting(config.learningRate)}, ` +
    `seed ${config.seed}; kept on ${when}, trained on ${adapter}. It goes on exactly there; a new run takes its place.`
  );
}

function TakeCheckpoint({ onPull }: { readonly onPull: (lever: Lever) => void }) {
  const id = useId();
  return (
    <p class="soft take">
      A run that was downloaded goes on from its file:{' '}
      <label class="file plain" for={id}>
        <input
          id={id}
          type="file"
          accept=".checkpoint,.safetensors"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) onPull({ kind: 'takeCheckpoint', file });
            event.currentTarget.value = '';
          }}
        />
        <span>choose a checkpoint</span>
      </label>
    </p>
  );
}
