// What is said where nobody looks is not said: it is brought into view when it comes.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** For the element that says it; `what` changes with every new thing that is said, and is empty while nothing is. */
export function useShown<T extends HTMLElement>(what: unknown): RefObject<T> {
  const place = useRef<T>(null);
  useEffect(() => {
    if (what) place.current?.scrollIntoView({ block: 'nearest' });
  }, [what]);
  return place;
}
