// The two doors that open from anywhere on the page: one image from inside, and an album of many images.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AlbumQuery, ImageRef } from './protocol.ts';

interface Doors {
  /** Shows how this image flows through the network. */
  readonly inside: (image: ImageRef) => void;
  /** Shows the images that a figure speaks of. */
  readonly album: (query: AlbumQuery) => void;
}

const nowhere = () => {};
export const DoorsContext = createContext<Doors>({ inside: nowhere, album: nowhere });
export const useDoors = (): Doors => useContext(DoorsContext);
