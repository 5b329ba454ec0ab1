// Hostile and odd IDX and gzip files from the conformance folder: each ends as its manifest says.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DataError } from '../src/app/data/dataset.ts';
import { readImages, readLabels } from '../src/app/data/idx.ts';
import { describeConformance } from './conformance/folder.ts';

interface Entry {
  name: string;
  kind: string;
  expect: 'accept' | 'reject';
  why: string;
  slot: 'images' | 'labels';
}

/**
 * What the manifest leaves to us ("browsers reject, Node accepts: decide once, in our code"): five zeros behind the
 * stream are padding, as gunzip, Node and Python take them. Anything but zeros is refused, see idx.test.ts.
 */
const DECIDED: Readonly<Record<string, Entry['expect']>> = { 'bad_trailing_junk.gz': 'accept' };

describeConformance('IDX files', (folder) => {
  const text = readFileSync(`${folder}/badfiles/manifest.json`, 'utf8');
  const manifest = (JSON.parse(text) as Entry[]).map((entry) => ({
    ...entry,
    expect: DECIDED[entry.name] ?? entry.expect,
  }));
  const bytesOf = (name: string) => new Uint8Array(readFileSync(`${folder}/badfiles/${name}`));

  test.each(manifest.filter(({ kind }) => kind === 'idx'))('$expect $name: $why', (entry) => {
    const { name, slot } = entry;
    // Labels are read as they are used: beside the images that they label.
    const { count } = readImages('ok_images.gz', bytesOf('ok_images.gz'));
    const read = () =>
      slot === 'labels'
        ? readLabels(name, bytesOf(name), { count, classes: 10 })
        : readImages(name, bytesOf(name), { shape: [28, 28, 1] });
    if (entry.expect === 'accept') {
      expect(read().count).toBe(3);
    } else {
      expect(read).toThrow(DataError);
      expect(read).toThrow(`${name}: `);
    }
  });
});
