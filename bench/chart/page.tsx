// One result as a page: the step, the roofline, scaling, peers, and every table behind them.
import { render } from 'preact';
import { Table } from '../../src/app/table.tsx';
import { figure, share, tablesOf } from '../report/tables.ts';
import { headline } from '../report/text.ts';
import type { Result } from '../result.ts';
import { Account } from './account.tsx';
import { PeerBars } from './bars.tsx';
import './chart.css';
import { Roofline } from './roofline.tsx';
import { ScalingChart } from './scaling.tsx';

function Page({ result }: { result: Result }) {
  const { step, scaling, peers, noise } = result;
  const [adapter, ...origin] = headline(result);
  return (
    <main>
      <header>
        <h1>{step ? `${figure(step.wallMs.median)} ms a step` : 'What was measured'}</h1>
        <p class="lead">{adapter}</p>
        <p class="soft">
          {origin.map((line) => (
            <>
              {line}
              <br />
            </>
          ))}
          The machine was {noise.verdict}.
          {noise.verdict === 'disturbed' && ' These figures are not to be quoted.'}
        </p>
        {step && (
          <p>
            {figure(step.imagesPerSecond)} images a second, {step.dispatches} dispatches,{' '}
            {share(step.roofShare)} of what this adapter allows at best, and{' '}
            {figure(step.javaScriptMs.median)} ms of JavaScript a step.
          </p>
        )}
      </header>
      {step && (
        <section>
          <h2>Where a step’s time goes</h2>
          <Account step={step} />
        </section>
      )}
      <section>
        <h2>Each kernel under the roof</h2>
        <Roofline result={result} />
      </section>
      {peers && peers.length > 0 && (
        <section>
          <h2>Side by side</h2>
          <PeerBars peers={peers} />
        </section>
      )}
      {scaling && (
        <section>
          <h2>Cost over batch size</h2>
          <ScalingChart scaling={scaling} />
        </section>
      )}
      <section>
        <h2>The numbers</h2>
        {tablesOf(result).map(({ title, columns, rows, note }) => (
          <details>
            <summary>{title}</summary>
            <Table label={title} columns={columns} rows={rows} {...(note && { caption: note })} />
          </details>
        ))}
      </section>
    </main>
  );
}

const written = document.getElementById('result')?.textContent ?? '';
render(<Page result={JSON.parse(written) as Result} />, document.body);
