// The report's data: how many images of what, what values they hold, what each class looks like;
// and how they were prepared.

import { type Exploration, type SplitExploration } from '../data/eda.ts';
import { type RunRecord } from '../record.ts';
import { MOST_CLASSES_SHOWN, pixelsText } from '../readable.ts';
import { counted, grouped, percent } from '../wording.ts';
import { pixelHistogram } from './distributions.ts';
import { html, type Markup } from './markup.ts';
import { imageTag, type ImageSource } from './pixels.ts';

/** Values a column of the histogram; 256 columns would be too thin to point at. */
const VALUES_A_BIN = 4;
const SAMPLES_A_CLASS = 12;
/** Where there are many classes. */
const SAMPLES_A_CLASS_OF_MANY = 4;
const MOST_STRIPS = 100;

/** `image` gives training images. */
export function dataSection(
  record: RunRecord,
  exploration: Exploration,
  image: ImageSource,
): Markup {
  const { train, test, classes } = exploration;
  return html`<p>
      ${record.dataset.title} has ${counted(train.count, 'image')} to train with and
      ${grouped(test.count)} to test with, each of ${pixelsText(exploration)} in bytes, in
      ${counted(classes.length, 'class', 'classes')}. Its source: ${record.dataset.source}.
    </p>
    <h3>Images of each class</h3>
    ${classTable(exploration)}
    <h3>Samples</h3>
    ${samples(exploration, image)}
    <h3>Mean and deviation</h3>
    ${means(exploration)}
    <h3>Pixel values</h3>
    ${pixels(exploration)}
    <h3>Images in both splits</h3>
    <p>${duplicates(exploration)}</p>`;
}

function classTable({ classes, train, test }: Exploration): Markup {
  const most = Math.max(...train.classCounts, 1);
  const rows = classes.map((name, k) => {
    const count = train.classCounts[k] ?? 0;
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="n">${grouped(count)}</td>
      <td class="n">${grouped(test.classCounts[k] ?? 0)}</td>
      <td class="bar" aria-hidden="true"><i style="--share:${(count / most).toFixed(3)}"></i></td>
    </tr>`;
  });
  return html`<table class="wide">
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="n">Training</th>
        <th scope="col" class="n">Test</th>
        <td class="bar" aria-hidden="true">Training</td>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row">All</th>
        <td class="n">${grouped(train.count)}</td>
        <td class="n">${grouped(test.count)}</td>
        <td class="bar"></td>
      </tr>
    </tfoot>
    <caption>
      ${balance(train.classCounts)}
    </caption>
  </table>`;
}

function balance(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most
    ? `Every class has the same ${counted(most, 'training image')}.`
    : `The smallest class has ${counted(least, 'training image')}, the largest ${grouped(most)}.`;
}

function samples({ perClass }: Exploration, image: ImageSource): Markup {
  const each = perClass.length > MOST_CLASSES_SHOWN ? SAMPLES_A_CLASS_OF_MANY : SAMPLES_A_CLASS;
  const rows = perClass.slice(0, MOST_STRIPS).map(
    ({ name, samples }) =>
      html`<div>
        <span class="soft">${name}</span>
        <div class="strip">
          ${samples.slice(0, each).map((index) => image(index, `${name}, training image ${index}`))}
        </div>
      </div>`,
  );
  return html`<figure>
    <div class="samples">${rows}</div>
    <figcaption>
      Training images, chosen at random by the seed. They are drawn as ink on the page: a pixel of 0
      shows the ground, one of 255 the full ink.
    </figcaption>
  </figure>`;
}

function means({ perClass: all, height, width }: Exploration): Markup {
  const perClass = all.slice(0, MOST_CLASSES_SHOWN);
  // Deviations reach about half the scale of values, so they are drawn on a scale of their own.
  const widest = Math.max(
    ...perClass.map(({ stdImage }) => stdImage.reduce((a, b) => Math.max(a, b), 0)),
    1,
  );
  const bytes = (values: Float32Array, most: number) =>
    Uint8Array.from(values, (value) => Math.round((value / most) * 255));
  const figures = perClass.map(
    (c) =>
      html`<figure>
        <div class="two">
          ${imageTag(bytes(c.meanImage, 255), width, height, `Mean image of ${c.name}`)}
          ${imageTag(bytes(c.stdImage, widest), width, height, `Deviation image of ${c.name}`)}
        </div>
        <figcaption>${c.name}<br />mean value ${c.brightness.mean.toFixed(0)}</figcaption>
      </figure>`,
  );
  return html`<p class="soft">
      Of each class the mean of all its training images, and how far each pixel strays from it:
      strongest where images of one class differ, up to ${widest.toFixed(0)} of 255.
    </p>
    <div class="means">${figures}</div>`;
}

function pixels({ train, test }: Exploration): Markup {
  const histogram = [...train.pixels.histogram];
  const bins: number[] = [];
  for (let value = 0; value < histogram.length; value += VALUES_A_BIN)
    bins.push(histogram.slice(value, value + VALUES_A_BIN).reduce((a, b) => a + b, 0));
  const row = (name: string, { pixels: p }: SplitExploration) =>
    html`<tr>
      <th scope="row">${name}</th>
      <td class="n">${p.min}–${p.max}</td>
      <td class="n">${p.mean.toFixed(2)}</td>
      <td class="n">${p.std.toFixed(2)}</td>
      ${p.quantiles.map(({ value }) => html`<td class="n">${value}</td>`)}
      <td class="n">${percent(p.zeroShare)}</td>
    </tr>`;
  return html`<figure>
      ${pixelHistogram(bins)}
      <figcaption>
        Share of the training pixels with each value from 0 to 255, ${VALUES_A_BIN} values a column.
      </figcaption>
    </figure>
    <div class="scroll" role="region" aria-label="Pixel values" tabindex="0">
      <table class="wide spaced">
        <thead>
          <tr>
            <th scope="col">Split</th>
            <th scope="col" class="n">Range</th>
            <th scope="col" class="n">Mean</th>
            <th scope="col" class="n">Deviation</th>
            ${train.pixels.quantiles.map(
              (q) => html`<th scope="col" class="n">${q.percent}% ≤</th>`,
            )}
            <th scope="col" class="n">Zero</th>
          </tr>
        </thead>
        <tbody>
          ${row('Training', train)}${row('Test', test)}
        </tbody>
      </table>
    </div>`;
}

function duplicates({ duplicates: found, test }: Exploration): string {
  const { exact, near, otherLabel, nearDistance } = found;
  const both = exact + near;
  const alike = `differing by less than ${percent(nearDistance, 0)} of their light`;
  if (both === 0)
    return `None of the ${counted(test.count, 'test image')} is also a training image, nor nearly one (${alike}).`;
  const labels =
    otherLabel === 0
      ? `${both === 1 ? 'It bears' : 'All of them bear'} the same label in both.`
      : `${counted(otherLabel, 'of them bears', 'of them bear')} another label there.`;
  const equal =
    exact === 0
      ? 'No test image is among the training images byte for byte'
      : `${counted(exact, 'test image is', 'test images are')} among the training images byte for byte`;
  const similar =
    near === 0
      ? ', and no other is nearly so'
      : `, ${exact === 0 ? `but ${counted(near, 'is', 'are')}` : `and ${counted(near, 'more is', 'more are')}`} nearly so`;
  return `${equal}${similar} (${alike}): ${percent(both / test.count, 2)} of the test images. ${labels} On such images the network may answer from memory.`;
}

export function preparationSection(
  record: RunRecord,
  { height, width, channels }: Exploration,
): Markup {
  const { config, dataset } = record;
  const { train, validation, available } = dataset.counts;
  const limited = train + validation < available;
  return html`<ul class="next">
    <li>Every byte is multiplied by 1/255, so that the network sees 0 to 1 in f32.</li>
    <li>
      A batch is ${config.batchSize} × ${height} × ${width} × ${channels}: images, rows, columns,
      ${channels === 1 ? 'one channel' : 'three channels'}. Labels stay class numbers, 0 to
      ${dataset.classes.length - 1}.
    </li>
    ${
      limited
        ? html`<li>
            Of ${counted(available, 'training image')} the run used ${grouped(train + validation)},
            chosen class by class.
          </li>`
        : null
    }
    <li>
      ${
        validation === 0
          ? html`Nothing was held out for validation: all ${counted(train, 'image')} trained the
            network.`
          : html`${counted(validation, 'image')} ${validation === 1 ? 'is' : 'are'} held out for
            validation, every class by its share, chosen by seed ${config.seed};
            ${counted(train, 'image')} ${train === 1 ? 'remains' : 'remain'} to train with.`
      }
    </li>
    <li>The order of the training images is drawn anew for every epoch, from the same seed.</li>
  </ul>`;
}
