// The way in: fetches the exhibit when somebody first wants to see it, so that the page begins without it.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ask } from '../client.ts';
import type { ImageRef } from '../protocol.ts';

export interface InsideProps {
  readonly image: ImageRef;
  readonly ask: Ask;
  /** What a training would begin with, as network.ts writes it; null: the reference network. */
  readonly network: string | null;
  /** A training runs: what is shown changes with it. */
  readonly running: boolean;
  readonly onOpen: (image: ImageRef) => void;
  readonly onClose: () => void;
}

type View = (props: InsideProps) => preact.JSX.Element;

export function InsideDoor(props: InsideProps) {
  const [View, setView] = useState<View>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import('./inside.tsx').then(
      ({ Inside }) => setView(() => Inside),
      () => setFailed(true),
    );
  }, []);
  if (View) return <View {...props} />;
  if (failed) return <NotFetched running={props.running} onClose={props.onClose} />;
  return (
    <p class="unseen" role="status">
      Opening.
    </p>
  );
}

/** An address that asks for a look inside and names nothing to look at. */
export function NoImage({ problem, onClose }: { problem: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="message" aria-labelledby="no-image" onCancel={onClose}>
      <h2 id="no-image" class="small">
        There is no such image
      </h2>
      <p>{problem}</p>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}

/** A page that was replaced on its server, or a network that went away: a reload mends both. */
function NotFetched({ running, onClose }: Pick<InsideProps, 'running' | 'onClose'>) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close(); // gives the focus back to what opened it
  }, []);
  const leave = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={dialog} class="missing" aria-labelledby="missing-title" onCancel={leave}>
      <h2 class="small" id="missing-title">
        The look inside could not be fetched
      </h2>
      <p>
        The page may have been updated on its server since it was opened, or the network is away.
        Reload the page: this address opens the image again.
        {running && ' The training under way is kept, and can be gone on with after that.'}
      </p>
      <div class="actions">
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
        <button type="button" class="link" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  );
}
