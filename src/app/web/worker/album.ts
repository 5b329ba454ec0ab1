// The worker's answers to what albums ask: the images of a figure, some at a time.
import { type AlbumEntry, type AlbumQuery, asksForAnswers, findImages } from '../../album.ts';
import { type DataSet, pixelsOf, shapeOf } from '../../data/dataset.ts';
import { type Answers, answersOf } from '../../evaluation.ts';
import type { AlbumImage } from '../protocol.ts';
import { epochAnswers, presentReplay } from './epochs.ts';
import { held, send } from './held.ts';

/** Images sent at a time: some screens of them, and 50 kB. */
const PART = 60;

interface Found {
  readonly id: number;
  readonly data: DataSet;
  readonly entries: readonly AlbumEntry[];
}

/** Of the album that is open: it stays the same while a run ends or other data comes. */
let open: Found | undefined;

interface Ask {
  readonly id: number;
  readonly query: AlbumQuery;
  readonly from: number;
}

export function showAlbum({ id, query, from }: Ask): void {
  if (open?.id !== id) open = find(id, query);
  if (!open) return;
  const { data, entries } = open;
  const images = entries.slice(from, from + PART).map((entry) => imageOf(entry, query, data));
  send({ kind: 'album', id, part: { total: entries.length, from, shape: shapeOf(data), images } });
}

function find(id: number, query: AlbumQuery): Found | undefined {
  const { data, answers } = sourceOf(query);
  const { exploration } = held;
  if (!data || !exploration) return undefined;
  return { id, data, entries: findImages({ data, exploration, answers }, query) };
}

/** The data that a query speaks of, and what the network said to them. */
function sourceOf(query: AlbumQuery): {
  readonly data: DataSet | undefined;
  readonly answers: Answers | undefined;
} {
  const replay = query.judged ? held.last?.replay : presentReplay();
  const after = query.epoch === undefined ? undefined : epochAnswers(query.epoch, replay);
  if (after) return after;
  const { last, data } = held;
  const isOfRun = asksForAnswers(query) || last?.data === data;
  if (!last || query.split === 'train' || !isOfRun) return { data, answers: undefined };
  const answers = answersOf(last.verdict.probabilities, last.data.classes.length);
  return { data: last.data, answers };
}

function imageOf(entry: AlbumEntry, { split }: AlbumQuery, data: DataSet): AlbumImage {
  const { index, twin } = entry;
  const pixels = pixelsOf(data, split, index).slice();
  return {
    ...entry,
    pixels,
    // An image of data that has been replaced since can still be shown, by its pixels.
    ref: data === held.data ? { split, index } : { split: 'own', pixels },
    ...(twin !== undefined && { twinPixels: pixelsOf(data, 'train', twin).slice() }),
  };
}
