// A figure that counts images, as a button that opens them.
import type { ComponentChildren } from 'preact';
import { useDoors } from '../doors.ts';
import type { AlbumQuery } from '../protocol.ts';

interface OpensProps {
  readonly query: AlbumQuery;
  /** The figure in words, where its own do not say enough. */
  readonly says?: string;
  readonly class?: string;
  /** One stop of the Tab key among many, see `gridKeys.ts`. */
  readonly roving?: boolean;
  /** For the pointer only: the same stands beside it as a button for all. */
  readonly twice?: boolean;
  readonly children?: ComponentChildren;
}

export function Opens(props: OpensProps) {
  const { query, says, roving = false, twice = false, children } = props;
  const { album } = useDoors();
  return (
    <button
      type="button"
      class={`bare ${props.class ?? ''}`}
      onClick={() => album(query)}
      {...(says !== undefined && { title: says, 'aria-label': says })}
      {...((roving || twice) && { tabIndex: -1 })}
      {...(twice && { 'aria-hidden': true })}
    >
      {children}
    </button>
  );
}
