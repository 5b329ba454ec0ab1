// The chosen value written out: the numbers it is made of, their sum, and that the GPU computed the same.
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Stage, isImage, positionOf } from '../../inside/stage.ts';
import { type Account, isSame } from '../../inside/terms.ts';
import { Added, Normalized } from './blocks.tsx';
import { ChannelSums, Convolution } from './convolution.tsx';
import { Addend } from './written.tsx';
import { power } from '../../numerals.ts';
import { signed } from './numbers.ts';
import { Share, WeighedSum, Window } from './sums.tsx';

export interface AccountProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly index: number;
  readonly inputName: string;
  /** What goes around a residual block. */
  readonly aroundName: string;
  readonly rowOf: Stage | undefined;
  readonly inputChannel: number;
  readonly onPick: (channel: number) => void;
  readonly next: Stage | undefined;
  /** Names of the values, where each stands for a class. */
  readonly classes: readonly string[] | undefined;
}

export function AccountView(props: AccountProps) {
  const { stage, account, index, next, classes, inputChannel, inputName, onPick } = props;
  const place = placeText(stage, index, classes);
  // Said when another value is chosen, not each time that the weights have moved.
  const spoken = useMemo(() => `${place}: ${signed(account.gpu)}`, [stage.name, index]);
  return (
    <div class="account">
      <h4>
        {place}: <span class="n">{signed(account.gpu, 4)}</span>
      </h4>
      <p class="unseen" role="status">
        {spoken}
      </p>
      <Written {...props} />
      <Check account={account} />
      {next && <Then next={next} value={account.gpu} index={index} />}
      {account.kind === 'conv2d' && account.channels.length > 1 && (
        <ChannelSums
          channels={account.channels}
          chosen={inputChannel}
          inputName={inputName}
          onPick={onPick}
        />
      )}
    </div>
  );
}

function placeText({ outputShape }: Stage, index: number, classes: AccountProps['classes']) {
  if (classes) return classes[index];
  if (!isImage(outputShape)) return `Value ${index}`;
  const { row, column, channel } = positionOf(outputShape, index);
  return `Row ${row}, column ${column} of map ${channel}`;
}

function Written(props: AccountProps): ComponentChildren {
  const { account, inputName, classes } = props;
  switch (account.kind) {
    case 'conv2d':
      return <Convolution {...props} account={account} />;
    case 'dense':
      return <WeighedSum {...props} account={account} />;
    case 'maxPool2d':
    case 'avgPool2d':
      return <Window {...props} account={account} />;
    case 'softmax':
      return <Share account={account} classes={classes} index={props.index} />;
    case 'elementwise':
      return (
        <p class="sum">
          <Addend value={account.x} name="x" digits={4} /> <span>↦</span> {account.formula}{' '}
          <span>=</span>{' '}
          <Addend value={account.result ?? account.gpu} name="comes out" digits={4} />
        </p>
      );
    case 'normalized':
      return <Normalized {...props} account={account} />;
    case 'added':
      return <Added {...props} account={account} />;
    case 'moved':
      return (
        <p>
          It is row {account.from.row}, column {account.from.column} of map {account.from.channel}{' '}
          of {inputName}, unchanged: value {account.index} of the row is (row · width + column) ·
          maps + map.
        </p>
      );
    case 'unknown':
      return (
        <p class="soft">
          How a layer of the kind {props.stage.kind} comes to it is not known here.
        </p>
      );
    default:
      return account satisfies never;
  }
}

function Check({ account }: { account: Account }) {
  const { result, gpu } = account;
  if (!Number.isFinite(gpu))
    return <p class="problem">This is no finite number: the training has diverged.</p>;
  if (result === undefined) return null;
  if (!isSame(account))
    return (
      <p class="problem" role="alert">
        The GPU computed {gpu}, which is not {result}: this is an error in weft. Please report it
        with the name of your adapter.
      </p>
    );
  const difference = Math.abs(result - gpu);
  return (
    <p class="check">
      <span aria-hidden="true">✓</span> The GPU computed the same
      {difference === 0 ? ', to the bit' : `, within rounding: they differ by ${power(difference)}`}
      .
    </p>
  );
}

/** What the next layer makes of this value alone, where it does so. */
function Then({ next, value, index }: { next: Stage; value: number; index: number }) {
  if (!/relu|gelu|sigmoid|tanh/i.test(next.kind)) return null;
  return (
    <p class="soft">
      Then {next.name} makes {signed(next.values[index] as number, 4)} of it
      {next.kind === 'relu' && (value < 0 ? ': it is negative' : ': it passes')}.
    </p>
  );
}
