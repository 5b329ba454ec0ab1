// A convolution written out: window times filter in one input channel, and what every channel adds.
import type { Account, Term } from '../../inside/terms.ts';
import type { AccountProps } from './account.tsx';
import { Addend, Matrix } from './written.tsx';
import { signed } from './numbers.ts';

interface ConvolutionProps extends AccountProps {
  readonly account: Account & { readonly kind: 'conv2d' };
}

/** Larger windows are written as a list only. */
const WIDEST = 7;

export function Convolution({ stage, account, inputChannel }: ConvolutionProps) {
  const { channels, bias, result = 0 } = account;
  const one = channels[inputChannel] ?? channels[0];
  if (!one || !stage.window) return null;
  const { R, S } = stage.window;
  const others = channels.reduce((sum, { sum: part }) => sum + part, -one.sum);
  const many = channels.length > 1;
  const column = (of: (term: Term) => number) =>
    Array.from({ length: R }, (_, r) => one.terms.slice(r * S, (r + 1) * S).map(of));
  return (
    <>
      {S <= WIDEST && (
        <div class="product">
          <Matrix
            title={many ? `the window in map ${inputChannel}` : 'the window'}
            rows={column(({ x }) => x)}
            inInk={channels.every(({ terms }) => terms.every(({ x }) => x >= 0))}
            outside={column(({ index }) => (index === undefined ? 1 : 0))}
          />
          <span>×</span>
          <Matrix title="the filter" rows={column(({ w }) => w)} />
          <span>=</span>
          <Matrix title="term by term" rows={column(({ x, w }) => x * w)} />
        </div>
      )}
      <p class="sum">
        <Addend
          value={one.sum}
          name={
            many
              ? `map ${inputChannel}: the nine summed`.replace('nine', String(R * S))
              : `the ${R * S} summed`
          }
        />
        {many && (
          <>
            <span>+</span>
            <Addend value={others} name={`the other ${channels.length - 1} maps`} />
          </>
        )}
        {bias !== undefined && (
          <>
            <span>+</span>
            <Addend value={bias} name="bias" />
          </>
        )}
        <span>=</span>
        <Addend value={result} name="comes out" digits={4} />
      </p>
    </>
  );
}

interface ChannelSumsProps {
  readonly channels: ConvolutionProps['account']['channels'];
  readonly chosen: number;
  readonly inputName: string;
  readonly onPick: (channel: number) => void;
}

export function ChannelSums({ channels, chosen, inputName, onPick }: ChannelSumsProps) {
  const most = Math.max(...channels.map(({ sum }) => Math.abs(sum)));
  return (
    <>
      <p class="soft">What each map of {inputName} adds; choose one to see its window:</p>
      <ul class="strands">
        {channels.map(({ channel, sum }) => (
          <li>
            <button
              type="button"
              aria-pressed={channel === chosen}
              aria-label={`Map ${channel} adds ${signed(sum)}`}
              onClick={() => onPick(channel)}
            >
              <span class="n">{channel}</span>
              <i
                class={sum < 0 ? 'strand less' : 'strand'}
                style={{ '--share': most > 0 ? Math.abs(sum) / most : 0 }}
                aria-hidden="true"
              />
              <span class="n">{signed(sum)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
