// What is open, in the address, so that a look inside is a link: `#inside/test/123` is an image,
// `#inside/test/123/conv2` one of its layers, `#inside/test/123/health` another view of it.
import { useEffect, useState } from 'preact/hooks';
import { IMAGE_SIZE } from '../../data/dataset.ts';
import type { ImageRef } from '../protocol.ts';

export function hashOf(image: ImageRef): string {
  if (image.split !== 'own') return `#inside/${image.split}/${image.index}`;
  const text = btoa(String.fromCharCode(...image.pixels));
  return `#inside/own/${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** undefined for an address that opens no image. */
export function imageFromHash(hash: string): ImageRef | undefined {
  const [, split, rest = ''] =
    /^#inside\/(test|train|own)\/([\w-]+)(?:\/[\w-]+)?$/.exec(hash) ?? [];
  if (split === 'own') {
    const pixels = pixelsFrom(rest);
    return pixels && { split, pixels };
  }
  const index = Number(rest);
  if ((split !== 'test' && split !== 'train') || !Number.isSafeInteger(index)) return undefined;
  return { split, index };
}

/** Where in the look inside one stands: a layer or a view by its name. */
export const spotFromHash = (hash: string): string | undefined =>
  /^#inside\/\w+\/[\w-]+\/([\w-]+)$/.exec(hash)?.[1];

export function keepSpot(image: ImageRef, spot: string): void {
  if (imageFromHash(location.hash))
    history.replaceState(history.state, '', `${hashOf(image)}/${spot}`);
}

function pixelsFrom(text: string): Uint8Array | undefined {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const pixels = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
    return pixels.length === IMAGE_SIZE ? pixels : undefined;
  } catch {
    return undefined; // no base64
  }
}

interface Opened {
  readonly image: ImageRef | undefined;
  readonly open: (image: ImageRef) => void;
  readonly close: () => void;
}

/** What is open. The way back closes it, and closing goes back where that leads out of it. */
export function useInsideAddress(): Opened {
  const [image, setImage] = useState(() => imageFromHash(location.hash));
  useEffect(() => {
    const follow = () => setImage(imageFromHash(location.hash));
    addEventListener('popstate', follow);
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('hashchange', follow);
    };
  }, []);
  const open = (next: ImageRef) => {
    // From one image to the next one stays where one is; only the first step in can be taken back.
    const isFirst = imageFromHash(location.hash) === undefined;
    // The way back must not lead to another place of the page: the address behind names none.
    if (isFirst) history.replaceState(history.state, '', location.pathname + location.search);
    const state: unknown = isFirst ? { inside: true } : history.state;
    history[isFirst ? 'pushState' : 'replaceState'](state, '', hashOf(next));
    setImage(next);
  };
  const close = () => {
    const wasOpenedHere = (history.state as { inside?: boolean } | null)?.inside === true;
    if (wasOpenedHere) history.back();
    else {
      history.replaceState(null, '', location.pathname + location.search);
      setImage(undefined);
    }
  };
  return { image, open, close };
}
