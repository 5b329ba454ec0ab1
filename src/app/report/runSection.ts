// How the run was made, so that another person can make it again and tell whether it is the same.

import { networkTitle } from '../network.ts';
import { type RunRecord } from '../record.ts';
import { saidMore } from '../settings/said.ts';
import { type RateChange } from '../rateChanges.ts';
import { counted, duration, grouped, setting } from '../wording.ts';
import { html, type Markup } from './markup.ts';

export function runSection(record: RunRecord): Markup {
  const { adapter, config, dataset, runtime, speed } = record;
  const kind = adapter.software ? ' (software, runs on the CPU)' : '';
  const entries: readonly (readonly [string, string])[] = [
    ['Adapter', `${adapter.name}${kind}`],
    ...present('Adapter, in its own words', adapter.description, adapter.name),
    ...present('Vendor', adapter.vendor),
    ...present('Backend', adapter.backend),
    ...present('Subgroup size', adapter.subgroupSize),
    ['Host', runtime.host],
    ['weft', runtime.commit === null ? runtime.weft : `${runtime.weft} (${runtime.commit})`],
    ['Seed', String(config.seed)],
    ['Network', networkTitle(config.network)],
    [
      'Settings',
      `${config.optimizer}, learning rate ${setting(config.learningRate)} (${config.schedule}), batch ${config.batchSize}, ${counted(config.epochs, 'epoch')}, ${counted(dataset.counts.validation, 'image')} held out`,
    ],
    ...present('Also set', saidMore(config)),
    ...present('Learning-rate changes', changesSaid(config.turns)),
    ...present('Amount of work', config.preset),
    ['Data', `${dataset.title}, from ${dataset.source}`],
    ['Data, SHA-256', dataset.checksum],
    ['Digest of the weights', record.digest],
    [
      'One training step',
      `${duration(speed.medianStepMs)} at the median, ${duration(speed.p95StepMs)} at the 95th percentile, ${counted(speed.dispatchesPerStep, 'dispatch', 'dispatches')}, ${grouped(speed.submitsPerStep)} submitted at a time`,
    ],
    ['Warm-up', duration(speed.warmUpMs)],
    ['Whole run', duration(speed.totalTimeMs)],
    ['Started', moment(record.startedAt)],
    ['Finished', `${moment(record.finishedAt)}, ${record.stopped}`],
  ];
  // No command leads to weights from a file.
  const repeat =
    record.command === ''
      ? null
      : html`<p>
            The same command with the same seed on the same adapter gives the same weights, to the
            bit; the digest shows whether it did.
          </p>
          <pre><code>${record.command}</code></pre>`;
  return html`${repeat}
    <dl class="how">
      ${entries.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${
      record.notes.length === 0
        ? null
        : html`<h3>Notes</h3>
            <ul>
              ${record.notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }`;
}

/** An entry for a value that is known and says more than `besides`. */
function present(
  name: string,
  value: string | number | null,
  besides = '',
): readonly (readonly [string, string])[] {
  return value === null || value === '' || value === besides ? [] : [[name, String(value)]];
}

const changesSaid = (turns: readonly RateChange[]) =>
  turns
    .map(
      ({ step, factor }) => `${setting(factor)} times its schedule from step ${grouped(step)} on`,
    )
    .join(', ');

/** '2026-11-23T12:00:00.000Z' → '2026-11-23 12:00:00 UTC'. */
export function moment(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}
