// The way through the page: a list of its places that marks the one in view and keeps it in the address.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { here as address, putAddress } from '../addressBar.ts';
import { PLACES, type PlaceId } from './place.tsx';

/** @param children stand below the list */
export function Rail({ children }: { readonly children: ComponentChildren }) {
  const list = useRef<HTMLOListElement>(null);
  const [here, setHere] = useState<PlaceId>('problem');
  useEffect(() => {
    // A place is in view when it crosses a line a third down the window.
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries)
          if (isIntersecting) setHere(target.id as PlaceId);
      },
      { rootMargin: '-33% 0px -66% 0px' },
    );
    for (const [id] of PLACES) {
      const place = document.getElementById(id);
      if (place) watch.observe(place);
    }
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const { hash } = address();
    if (hash.startsWith('#inside')) return; // an image is open: the address is its own
    if (here !== 'problem' || hash !== '') putAddress({ hash: `#${here}` }, null);
  }, [here]);
  useEffect(() => {
    // On a narrow screen the list is one line that scrolls by itself.
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (link) list.current?.scrollTo({ left: link.offsetLeft - list.current.offsetLeft - 48 });
  }, [here]);
  return (
    <nav aria-label="Sections">
      <p class="mark">weft</p>
      <ol ref={list}>
        {PLACES.map(([id, title]) => (
          <li>
            <a href={`#${id}`} aria-current={id === here ? 'true' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ol>
      {children}
    </nav>
  );
}
