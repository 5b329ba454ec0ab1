// Files as they are given: of a folder, a drop, or an archive.

/** One file. Nothing is read before it is asked for. */
export interface GivenFile {
  /** With `/`, from the folder or the archive that was given. */
  readonly path: string;
  readonly sizeBytes: number;
  /** @throws DataError that says why it cannot be read */
  readonly bytes: () => Promise<Uint8Array>;
  /** Its first bytes, at least so many if there are. */
  readonly head: (count: number) => Promise<Uint8Array>;
}

/** What systems leave in folders and archives of their own: names with a dot, __MACOSX, thumbnails. */
export const isHidden = (path: string): boolean =>
  path
    .split('/')
    .some((name) => /^(\.|__MACOSX$|thumbs\.db$|desktop\.ini$|\$recycle\.bin$)/i.test(name));

/** A name in a sentence: on one line, and not endless. */
export function shown(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (letter) =>
    letter === '\n' ? '⏎' : '\u00b7',
  );
  return plain.length > 120 ? `…${plain.slice(-119)}` : plain;
}

/** A file whose bytes are there. */
export const given = (path: string, bytes: Uint8Array): GivenFile => ({
  path,
  sizeBytes: bytes.length,
  bytes: () => Promise.resolve(bytes),
  head: (count) => Promise.resolve(bytes.subarray(0, count)),
});
