// The way through the page: a list of its places that marks the one in view and keeps it in the address.
import { useEffect, useState } from 'preact/hooks';
import { PLACES, type PlaceId } from './place.tsx';

export function Rail() {
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
    if (location.hash.includes('/')) return; // an image is open: the address is its own
    const hash = here === 'problem' && location.hash === '' ? '' : `#${here}`;
    if (hash !== location.hash) history.replaceState(null, '', location.search + hash || '.');
  }, [here]);
  return (
    <nav aria-label="Places">
      <p class="mark">weft</p>
      <ol>
        {PLACES.map(([id, title]) => (
          <li>
            <a href={`#${id}`} aria-current={id === here ? 'true' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
