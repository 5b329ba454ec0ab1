// sweep.html: what a sweep found, as one file that needs nothing else and runs no script.
import { renderToString } from 'preact-render-to-string';
import type { VNode } from 'preact';
import { documentHtml } from '../report/document.ts';
import { Markup, html } from '../report/markup.ts';
import { moment } from '../report/runSection.ts';
import { counted, duration, percent } from '../wording.ts';
import { variedText } from './plan.ts';
import { ParallelPlot } from './parallel.tsx';
import { bestOf, settingsText } from './results.ts';
import style from './sweep.css?raw';
import type { Sweep } from './sweep.ts';
import { RunsTable, SettingsTable, shareText } from './table.tsx';

const drawn = (component: VNode) => new Markup(renderToString(component));

/** The whole document. */
export function sweepHtml(sweep: Sweep): string {
  const { plan, runs, startedAt, command } = sweep;
  const flags = plan.over.map(({ flag }) => flag);
  const best = bestOf(runs);
  const done = runs.filter(({ state }) => state === 'completed').length;
  const spentMs = runs.reduce((sum, { result }) => sum + (result?.timeMs ?? 0), 0);
  const over = flags.join(', ') || 'seeds';
  const how = [
    ['Varied', plan.over.map(variedText).join('; ') || 'the seed alone'],
    ['Search', plan.random === null ? 'every combination' : `${plan.random} random draws`],
    ['Seeds', plan.seeds.join(', ')],
    ['Data', sweep.data ?? '–'],
    ['Shared', settingsText(plan.base)],
    ['Started', moment(startedAt)],
    ['Runs, all together', duration(spentMs)],
  ];
  const settings = html`<p>
      Settings are chosen by the validation images: a row a setting, the best first, mean and
      standard deviation over the seeds.
    </p>
    ${drawn(<SettingsTable flags={flags} runs={runs} />)}`;
  const plot = html`<p>A line a run; the chosen setting in the accent.</p>
    ${drawn(<ParallelPlot flags={flags} runs={runs} />)}`;
  return documentHtml({
    title: `Sweep over ${over}`,
    style,
    hasContents: false,
    head: html`<header>
      <p class="kicker">
        weft, ${plan.random === null ? 'a grid' : 'a random search'} over settings of a training,
        ${moment(startedAt)}
      </p>
      <h1>Sweep over ${over}</h1>
      <p class="lead">
        ${done} of ${counted(runs.length, 'run')}
        complete.${best ? ` The best setting: ${settingsText(best.settings)}.` : ''}
      </p>
      ${best ? verdict(best) : null}
    </header>`,
    sections: [
      { id: 'settings', title: 'Settings', body: settings },
      ...(flags.length === 0
        ? []
        : [{ id: 'parallel', title: 'Parallel coordinates', body: plot }]),
      { id: 'runs', title: 'Runs', body: drawn(<RunsTable flags={flags} runs={runs} />) },
      {
        id: 'how',
        title: 'How it was run',
        body: html`<pre><code>${command}</code></pre>
          <dl class="how">
            ${how.map(
              ([name = '', value = '']) =>
                html`<dt>${name}</dt>
                  <dd>${value}</dd>`,
            )}
          </dl>`,
      },
    ],
    foot: 'Written by weft.',
  });
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
