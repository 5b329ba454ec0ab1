// The album: the images that a figure speaks of, over the page, some at a time.
import { useEffect, useRef } from 'preact/hooks';
import { asksForAnswers } from '../../album.ts';
import { grouped, percent } from '../../wording.ts';
import { ImageButton } from '../figures/imageButton.tsx';
import { useGridKeys } from '../gridKeys.ts';
import type { AlbumImage, AlbumQuery } from '../protocol.ts';
import { ShapeContext, useShape } from '../shape.ts';
import type { Album } from '../state.ts';

interface AlbumProps {
  readonly album: Album;
  readonly classes: readonly string[];
  readonly onMore: () => void;
  readonly onClose: () => void;
}

export function AlbumView({ album, classes, onMore, onClose }: AlbumProps) {
  const { query, total, images } = album;
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  // A modal dialog keeps the focus within, closes on Escape and gives the focus back.
  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  useGridKeys(list);

  const rest = (total ?? 0) - images.length;
  // A click beside the panel lands on the dialog itself.
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };
  const around = useShape();
  return (
    <ShapeContext.Provider value={album.shape ?? around}>
      <dialog
        ref={dialog}
        class="album"
        aria-labelledby="album-title"
        onClose={onClose}
        onClick={onClick}
      >
        <div class="panel">
          <header>
            <h2 id="album-title" class="small">
              {query.title}
            </h2>
            <button type="button" onClick={onClose}>
              Close
            </button>
          </header>
          <p class="soft" role="status">
            {captionOf(album)}
          </p>
          <ul ref={list} class={query.duplicates ? 'images twins' : 'images'}>
            {images.map((image) => (
              <Entry key={image.index} image={image} query={query} classes={classes} />
            ))}
          </ul>
          {rest > 0 && (
            <button type="button" onClick={onMore}>
              Show more: {grouped(rest)} left
            </button>
          )}
        </div>
      </dialog>
    </ShapeContext.Provider>
  );
}

function captionOf({ query, total, images }: Album): string {
  if (total === undefined) return 'Looking for them.';
  if (total === 0) return 'There are none.';
  const what = query.split === 'train' ? 'training' : 'test';
  const kind = `${query.epoch === undefined ? what : 'validation'} image${total === 1 ? '' : 's'}`;
  const shown = images.length < total ? `, ${grouped(images.length)} of them here` : '';
  return `${grouped(total)} ${kind}${shown}${total === 1 ? '' : orderOf(query)}. Each opens the network at work on it.`;
}

function orderOf(query: AlbumQuery): string {
  if (query.duplicates)
    return '; each beside the training image that it repeats, the nearest first';
  if (query.values) return '; those with the most such pixels first';
  if (query.mean === 'nearest') return '; the nearest to the mean image first';
  if (query.mean === 'farthest') return '; the farthest from the mean image first';
  if (query.brightness !== undefined) return '; the nearest to this brightness first';
  return asksForAnswers(query)
    ? '; those the network was surest of first'
    : ', in the order of the set';
}

interface EntryProps {
  readonly image: AlbumImage;
  readonly query: AlbumQuery;
  readonly classes: readonly string[];
}

function Entry({ image, query, classes }: EntryProps) {
  const { ref, pixels, index, label, predicted, confidence, twin, twinPixels } = image;
  const name = classes[label] ?? '';
  const answer =
    predicted === undefined
      ? undefined
      : `${predicted === label ? 'rightly' : classes[predicted]}, ${percent(confidence ?? 0)}`;
  const measure = measureOf(image, query);
  const spoken = [`${name}, ${query.split === 'train' ? 'training' : 'test'} image ${index}`];
  if (answer) spoken.push(predicted === label ? `called so ${answer}` : `called ${answer}`);
  if (measure) spoken.push(measure);
  return (
    <li>
      <ImageButton image={ref} pixels={pixels} label={spoken.join('; ')} roving />
      {twin !== undefined && twinPixels && (
        <ImageButton
          image={
            ref.split === 'own'
              ? { split: 'own', pixels: twinPixels }
              : { split: 'train', index: twin }
          }
          pixels={twinPixels}
          label={`The training image ${twin} that it repeats`}
          roving
        />
      )}
      <p aria-hidden="true">
        <b>{name}</b>
        {answer && <span class={predicted === label ? '' : 'wrong'}>{answer}</span>}
        {measure && <span>{measure}</span>}
      </p>
    </li>
  );
}

function measureOf({ measure }: AlbumImage, query: AlbumQuery): string | undefined {
  if (measure === undefined) return undefined;
  if (query.duplicates) return measure === 0 ? 'equal to the byte' : `${percent(measure)} apart`;
  if (query.values) return `${grouped(measure)} pixels`;
  if (query.mean) return `off by ${measure.toFixed(1)}`;
  return `mean ${measure.toFixed(1)}`;
}
