// The reliability diagram: how often the network is right where it is so sure (Guo et al. 2017, figure 1).
import { counted, percent, points } from '../../wording.ts';
import type { Calibration } from '../../../nn/index.ts';
import { Opens } from './opens.tsx';
import { Table } from '../../table.tsx';

type Bin = Calibration['bins'][number];

const title = ({ low, high }: Bin) =>
  `Answered with ${percent(low, 0)} to ${percent(high, 0)} confidence`;
const query = (bin: Bin) =>
  ({ title: title(bin), split: 'test', confidence: [bin.low, bin.high] }) as const;

export function Reliability({ calibration }: { calibration: Calibration }) {
  const { bins, error, bias } = calibration;
  const most = Math.max(...bins.map(({ count }) => count));
  return (
    <figure class="reliability">
      <figcaption class="above">
        Columns: how often answers of this confidence were right. On the slanted line confidence and
        accuracy agree; a column below its mark was too sure. Expected calibration error{' '}
        <b>{points(error)}</b>, on the whole {points(bias)}{' '}
        {bias > 0 ? 'too sure' : 'not sure enough'}.
      </figcaption>
      <div class="bins">
        <i class="agree" aria-hidden="true" />
        {bins.map((bin) =>
          bin.count === 0 ? (
            <span />
          ) : (
            <Opens
              query={query(bin)}
              says={`${title(bin)}: ${counted(bin.count, 'image')}, ${percent(bin.accuracy)} right`}
            >
              <i
                style={{
                  '--accuracy': bin.accuracy.toFixed(4),
                  '--confidence': bin.confidence.toFixed(4),
                  '--weight': (0.35 + 0.65 * Math.sqrt(bin.count / most)).toFixed(3),
                }}
              />
            </Opens>
          ),
        )}
      </div>
      <div class="marks" aria-hidden="true">
        {[0, 20, 40, 60, 80, 100].map((mark) => (
          <span>{mark}%</span>
        ))}
      </div>
      <p class="soft">
        Confidence of the answer; the fainter a column, the fewer images it stands on. A column
        opens its images.
      </p>
      <details>
        <summary>The calibration as a table</summary>
        <Table
          label="Calibration"
          columns={['Confidence', '#Images', '#Mean confidence', '#Right']}
          rows={bins
            .filter(({ count }) => count > 0)
            .map((bin) => [
              `${percent(bin.low, 0)} to ${percent(bin.high, 0)}`,
              bin.count,
              percent(bin.confidence),
              percent(bin.accuracy),
            ])}
          caption="The expected calibration error is the mean distance of the last two columns, each bin weighted by its images (Guo et al. 2017)."
        />
      </details>
    </figure>
  );
}
