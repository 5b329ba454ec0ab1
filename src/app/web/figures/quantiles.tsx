// Quantiles of brightness, class by class, and of the pixel values of all images; each opens the images at it.
import { useRef } from 'preact/hooks';
import { MOST_CLASSES_SHOWN } from '../../readable.ts';
import type { Exploration } from '../../data/eda.ts';
import { useGridKeys } from '../gridKeys.ts';
import { Opens } from './opens.tsx';
import { Table } from '../../table.tsx';

const ordinal = (percent: number) => (percent === 50 ? 'Median' : `${percent}%`);

export function Quantiles({ exploration }: { exploration: Exploration }) {
  const { perClass, train } = exploration;
  const place = useRef<HTMLDivElement>(null);
  useGridKeys(place);
  const { quantiles } = train.pixels;
  return (
    <div ref={place}>
      <Table
        label="Quantiles of brightness"
        columns={['Mean of an image', ...quantiles.map(({ percent }) => `#${ordinal(percent)}`)]}
        rows={perClass.slice(0, MOST_CLASSES_SHOWN).map(({ name, label, brightness }) => [
          name,
          ...brightness.quantiles.map(({ percent, value }) => (
            <Opens
              query={{
                title: `${name}, of mean brightness ${value.toFixed(0)}`,
                split: 'train',
                label,
                brightness: value,
              }}
              says={`${name}: ${percent}% of the images have a mean of at most ${value.toFixed(0)}`}
              class="inline"
              roving
            >
              {value.toFixed(0)}
            </Opens>
          )),
        ])}
        foot={[
          [
            'A single pixel',
            ...quantiles.map(({ percent, value }) => (
              <Opens
                query={{
                  title: `Most pixels of the value ${value}`,
                  split: 'train',
                  values: [value, value],
                }}
                says={`${percent}% of all pixels are at most ${value}`}
                class="inline"
                roving
              >
                {value}
              </Opens>
            )),
          ],
        ]}
        caption="So many of the training images of a class are at most this bright, from 0 to 255. A number opens the images nearest to it, dark ones on the left; in the last row, those with the most pixels of this very value."
      />
    </div>
  );
}
