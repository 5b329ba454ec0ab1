// Hostile and odd safetensors files from the conformance folder: each ends as its manifest says.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FileError, loadWeights, readSafetensors } from '../src/nn/safetensors.ts';
import { describeConformance } from './conformance/folder.ts';

interface Entry {
  name: string;
  kind: string;
  expect: 'accept' | 'reject' | 'app-reject';
  why: string;
  bytes: number;
}

/** The model that every file of the folder is offered to. */
const MODEL = [{ name: 'a', shape: [2, 2] }];

describeConformance('safetensors files', (folder) => {
  const text = readFileSync(`${folder}/badfiles/manifest.json`, 'utf8');
  const manifest = JSON.parse(text) as Entry[];
  const entries = manifest.filter((entry) => entry.kind === 'safetensors');

  test.each(entries)('$expect $name: $why', (entry) => {
    const bytes = new Uint8Array(readFileSync(`${folder}/badfiles/${entry.name}`));
    expect(bytes.length).toBe(entry.bytes);
    const read = () => readSafetensors(entry.name, bytes);
    const load = () => loadWeights(entry.name, bytes, MODEL);
    if (entry.expect === 'accept') {
      for (const { shape, dtype, bytes: data } of read().tensors.values()) {
        expect(dtype).toBe('F32');
        expect(data.length).toBe(4 * shape.reduce((product, dim) => product * dim, 1));
      }
      return;
    }
    if (entry.expect === 'app-reject') expect(read).not.toThrow();
    const refused = entry.expect === 'reject' ? read : load;
    expect(refused).toThrow(FileError);
    expect(refused).toThrow(`${entry.name}: `);
    expect(load).toThrow(FileError);
  });
});
