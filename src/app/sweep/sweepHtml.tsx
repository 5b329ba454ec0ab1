// sweep.html: what a sweep found, as one file that needs nothing else and runs no script.
import { renderToString } from 'preact-render-to-string';
import palette from '../palette.css?raw';
import { Markup, html } from '../report/markup.ts';
import page from '../report/page.css?raw';
import { moment } from '../report/runSection.ts';
import tables from '../report/tables.css?raw';
import { counted, duration, percent } from '../wording.ts';
import { variedText } from './plan.ts';
import { ParallelPlot } from './parallel.tsx';
import { bestOf, settingsText } from './results.ts';
import style from './sweep.css?raw';
import type { Sweep } from './sweep.ts';
import { RunsTable, SettingsTable, shareText } from './table.tsx';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The whole document. */
export function sweepHtml(sweep: Sweep): string {
  const { plan, runs, startedAt, command } = sweep;
  const flags = plan.over.map(({ flag }) => flag);
  const best = bestOf(runs);
  const done = runs.filter(({ state }) => state === 'completed').length;
  const spentMs = runs.reduce((sum, { result }) => sum + (result?.timeMs ?? 0), 0);
  const how = plan.random === null ? 'a grid' : 'a random search';
  const sections: readonly (readonly [id: string, title: string, body: Markup])[] = [
    [
      'settings',
      'Settings',
      html`<p>
          Settings are chosen by the validation images: a row a setting, the best first, mean and
          standard deviation over the seeds.
        </p>
        ${new Markup(renderToString(<SettingsTable flags={flags} runs={runs} />))}`,
    ],
    ...(flags.length === 0
      ? []
      : [
          [
            'parallel',
            'Parallel coordinates',
            html`<p>A line a run; the chosen setting in the accent.</p>
              ${new Markup(renderToString(<ParallelPlot flags={flags} runs={runs} />))}`,
          ] as const,
        ]),
    ['runs', 'Runs', new Markup(renderToString(<RunsTable flags={flags} runs={runs} />))],
    [
      'how',
      'How it was run',
      html`<pre><code>${command}</code></pre>
        <dl class="how">
          ${[
            ['Varied', plan.over.map(variedText).join('; ') || 'the seed alone'],
            ['Search', plan.random === null ? 'every combination' : `${plan.random} random draws`],
            ['Seeds', plan.seeds.join(', ')],
            ['Data', sweep.data ?? '–'],
            ['Shared', settingsText(plan.base)],
            ['Started', moment(startedAt)],
            ['Runs, all together', duration(spentMs)],
          ].map(
            ([name = '', value = '']) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>`,
    ],
  ];
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Sweep over ${flags.join(', ') || 'seeds'}</title>
        <style>
          ${new Markup(palette + page + tables + style)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">weft, ${how} over settings of a training, ${moment(startedAt)}</p>
          <h1>Sweep over ${flags.join(', ') || 'seeds'}</h1>
          <p class="lead">
            ${done} of ${counted(runs.length, 'run')}
            complete.${best ? ` The best setting: ${settingsText(best.settings)}.` : ''}
          </p>
          ${best ? verdict(best) : null}
        </header>
        <main>
          ${sections.map(
            ([id, name, body]) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${name}</h2>
                <div>${body}</div>
              </section> `,
          )}
        </main>
        <footer class="soft">Written by weft. This file is complete: it loads nothing.</footer>
      </body>
    </html> `;
  return document.text;
}

function verdict({ validationAccuracy, testAccuracy }: NonNullable<ReturnType<typeof bestOf>>) {
  const [figure = '', unit = ''] = percent(validationAccuracy?.mean ?? NaN).split(/(?=%)/);
  return html`<div class="verdict">
    <p class="figure">${figure}<small>${unit}</small></p>
    <p>
      validation accuracy of the best setting, ${counted(validationAccuracy?.count ?? 0, 'seed')}:
      ${shareText(validationAccuracy)}
      ${testAccuracy ? html`<br /><span class="soft">test accuracy ${shareText(testAccuracy)}, looked at once it was chosen</span>` : null}
    </p>
  </div>`;
}
