// Opening, filling and closing the album: the page's half of it.
import { useMemo, useRef } from 'preact/hooks';
import type { Client } from '../client.ts';
import type { AlbumQuery } from '../protocol.ts';

interface AlbumDoor {
  readonly open: (query: AlbumQuery) => void;
  readonly more: () => void;
  readonly close: () => void;
}

/** The same functions for the life of the page, so that what uses them is not drawn again. */
export function useAlbumDoor({ state, send, tell }: Client): AlbumDoor {
  const album = useRef(state.album);
  album.current = state.album;
  return useMemo(() => {
    let albums = 0;
    return {
      open(query) {
        const id = ++albums;
        tell({ kind: 'openAlbum', id, query });
        send({ kind: 'album', id, query, from: 0 });
      },
      more() {
        if (!album.current) return;
        const { id, query, images } = album.current;
        send({ kind: 'album', id, query, from: images.length });
      },
      close: () => tell({ kind: 'closeAlbum' }),
    };
  }, []);
}
