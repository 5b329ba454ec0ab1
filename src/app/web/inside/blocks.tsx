// What residual networks are made of, written out: a normalization, and the sum at the end of a block.
import { type Stage, positionOf } from '../../inside/stage.ts';
import { type Account, deviation } from '../../inside/terms.ts';
import { grouped } from '../../wording.ts';
import { signed } from './numbers.ts';
import { Addend } from './written.tsx';

interface NormalizedProps {
  readonly stage: Stage;
  readonly account: Account & { readonly kind: 'normalized' };
  readonly index: number;
}

export function Normalized({ stage, account, index }: NormalizedProps) {
  const { x, mean, variance, weight, bias, count, result = 0 } = account;
  const spread = deviation(variance);
  const normal = (x - mean) / spread;
  const map = positionOf(stage.outputShape, index).channel;
  return (
    <>
      <p class="sum">
        <span>(</span>
        <Addend value={x} name="comes in" />
        <span>−</span>
        <Addend value={mean} name={count === 0 ? 'running mean' : 'mean'} />
        <span>) ÷</span>
        <Addend value={spread} name="√(variance + 0.00001)" />
        <span>=</span>
        <Addend value={normal} name="normalized" />
      </p>
      <p class="sum">
        <Addend value={normal} name="normalized" />
        <span>×</span>
        <Addend value={weight} name="weight" />
        <span>+</span>
        <Addend value={bias} name="bias" />
        <span>=</span>
        <Addend value={result} name="comes out" digits={4} />
      </p>
      <p class="soft">
        {count === 0
          ? `Mean and variance (${signed(variance)}) are the running ones of map ${map}, kept while training; weight and bias are learned, one of each for the map.`
          : `Mean and variance (${signed(variance)}) are those of ${grouped(count)} values of this image; weight and bias are learned, one of each for map ${map}.`}
      </p>
    </>
  );
}

interface AddedProps {
  readonly account: Account & { readonly kind: 'added' };
  readonly inputName: string;
  readonly aroundName: string;
}

export function Added({ account, inputName, aroundName }: AddedProps) {
  const [inside, around] = account.terms;
  const isMore = Math.abs(inside.x) > Math.abs(around.x);
  return (
    <>
      <p class="sum">
        <Addend value={inside.x} name={`${inputName}, inside the block`} />
        <span>+</span>
        <Addend value={around.x} name={`${aroundName}, around it`} />
        <span>=</span>
        <Addend value={account.result ?? 0} name="comes out" digits={4} />
      </p>
      <p class="soft">
        {isMore
          ? 'Here the layers inside say more than what goes around them.'
          : 'Here what goes around counts at least as much as what the layers inside add.'}
      </p>
    </>
  );
}
