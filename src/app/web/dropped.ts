// What is dropped on the page or chosen: files with the folders that they lie in.

import { useEffect, useState } from 'preact/hooks';

/** A file, and its path from the folder that was given. */
export interface Dropped {
  readonly file: File;
  readonly path: string;
}

/** Of a list of chosen files, or of a chosen folder. */
export const chosen = (files: FileList | null): readonly Dropped[] =>
  [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

/** Of a drop: folders are gone through. */
export async function droppedIn({ items, files }: DataTransfer): Promise<readonly Dropped[]> {
  // To be asked for at once: after the first pause a drop is empty.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return chosen(files);
  return (await Promise.all(entries.map((entry) => filesIn(entry, entry.name)))).flat();
}

async function filesIn(entry: FileSystemEntry, path: string): Promise<readonly Dropped[]> {
  if (entry.isFile) {
    const read = (done: FileCallback, failed: ErrorCallback) =>
      (entry as FileSystemFileEntry).file(done, failed);
    // One that cannot be read is given all the same: reading it says why.
    const file = await new Promise<File>(read).catch(() => new File([], entry.name));
    return [{ file, path }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (;;) {
    // A hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((done, failed) =>
      reader.readEntries(done, failed),
    );
    if (some.length === 0) break;
    inside.push(...some);
  }
  const found = await Promise.all(inside.map((one) => filesIn(one, `${path}/${one.name}`)));
  return found.flat();
}

/** Files may be dropped anywhere: a near miss must not make the browser leave the page for the file. */
export function useDrop(onFiles: (files: readonly Dropped[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) void droppedIn(event.dataTransfer).then(onFiles);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  });
  return isOver;
}
