// What is open, in the address, so that a look inside is a link: `#inside/test/123` is an image,
// `#inside/test/123/conv2` one of its layers, `#inside/test/123/health` another view of it.
import { useEffect, useState } from 'preact/hooks';
import { LEAST_SIDE, MOST_SIDE } from '../../data/dataset.ts';
import { here, pushAddress, putAddress } from '../addressBar.ts';
import type { ImageRef } from '../protocol.ts';

export function hashOf(image: ImageRef): string {
  if (image.split !== 'own') return `#inside/${image.split}/${image.index}`;
  const text = btoa(String.fromCharCode(...image.pixels));
  return `#inside/own/${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** undefined for an address that opens no image. */
export function imageFromHash(hash: string): ImageRef | undefined {
  const [, split, rest = ''] =
    /^#inside\/(test|train|own)\/([\w-]+)(?:\/[\w.-]+)?$/.exec(hash) ?? [];
  if (split === 'own') {
    const pixels = pixelsFrom(rest);
    return pixels && { split, pixels };
  }
  const index = /^\d+$/.test(rest) ? Number(rest) : NaN;
  if ((split !== 'test' && split !== 'train') || !Number.isSafeInteger(index)) return undefined;
  return { split, index };
}

/** Why an address that asks for a look inside gives none; undefined where it gives one, or asks for something else. */
export function problemOfHash(hash: string): string | undefined {
  if (!/^#inside(?:\/|$)/.test(hash) || imageFromHash(hash)) return undefined;
  const shown = hash.length > 60 ? `${hash.slice(0, 60)}…` : hash;
  return hash.startsWith('#inside/own/')
    ? `The address ends in “${shown}”, and the picture in it is cut off or changed: ask for the whole link again.`
    : `The address ends in “${shown}”, which names no image. It is #inside/test/ or #inside/train/ and a whole number from 0, such as #inside/test/0.`;
}

/** Where in the look inside one stands: a layer or a view by its name. */
export const spotFromHash = (hash: string): string | undefined =>
  /^#inside\/\w+\/[\w-]+\/([\w.-]+)$/.exec(hash)?.[1];

export function keepSpot(image: ImageRef, spot: string): void {
  if (imageFromHash(here().hash)) putAddress({ hash: `${hashOf(image)}/${spot}` });
}

function pixelsFrom(text: string): Uint8Array | undefined {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const pixels = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
    // Whether they are an image of the data at hand, the worker says.
    return pixels.length >= LEAST_SIDE ** 2 && pixels.length <= 3 * MOST_SIDE ** 2
      ? pixels
      : undefined;
  } catch {
    return undefined; // no base64
  }
}

interface Opened {
  readonly image: ImageRef | undefined;
  /** Why the address opens none. */
  readonly problem: string | undefined;
  readonly open: (image: ImageRef) => void;
  readonly close: () => void;
}

/** What is open. The way back closes it, and closing goes back where that leads out of it. */
export function useInsideAddress(): Opened {
  const [{ image, problem }, set] = useState(seen);
  useEffect(() => {
    const follow = () => set(seen());
    addEventListener('popstate', follow);
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('hashchange', follow);
    };
  }, []);
  const open = (next: ImageRef) => {
    const hash = hashOf(next);
    // From one image to the next one stays where one is; only the first step in can be taken back.
    if (imageFromHash(here().hash)) putAddress({ hash });
    else {
      putAddress({ hash: '' }); // the way back must not lead to another place of the page
      pushAddress(hash, { inside: true });
    }
    set({ image: next, problem: undefined });
  };
  const close = () => {
    set({ image: undefined, problem: undefined });
    const wasOpenedHere = (history.state as { inside?: boolean } | null)?.inside === true;
    if (wasOpenedHere) history.back();
    else putAddress({ hash: '' }, null);
  };
  return { image, problem, open, close };
}

const seen = () => {
  const { hash } = here();
  return { image: imageFromHash(hash), problem: problemOfHash(hash) };
};
