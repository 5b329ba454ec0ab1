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
  return (
    <p class="unseen" role="status">
      {failed
        ? 'The look inside could not be fetched: the page may have been updated. Reload it and try again.'
        : 'Opening.'}
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
