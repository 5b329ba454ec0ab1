// The other layers written out: a pool's window, a dense layer's largest products, a softmax's shares.
import { type Stage, positionOf } from '../../inside/stage.ts';
import type { Account } from '../../inside/terms.ts';
import { percent } from '../../wording.ts';
import { Table } from '../../table.tsx';
import type { AccountProps } from './account.tsx';
import { Addend, Matrix } from './written.tsx';
import { signed } from './numbers.ts';

interface WindowProps extends AccountProps {
  readonly account: Account & { readonly kind: 'maxPool2d' | 'avgPool2d' };
}

export function Window({ stage, account, inputName }: WindowProps) {
  const { terms, kind, result = 0 } = account;
  if (!stage.window)
    return (
      <p class="sum">
        the {kind === 'maxPool2d' ? 'largest' : 'mean'} of the {terms.length} values of this map of{' '}
        {inputName} <span>=</span> <Addend value={result} name="comes out" digits={4} />
      </p>
    );
  const { R, S } = stage.window;
  const cut = <T,>(of: (term: (typeof terms)[number]) => T) =>
    Array.from({ length: R }, (_, r) => terms.slice(r * S, (r + 1) * S).map(of));
  const winner = terms.findIndex(({ w }) => w === 1);
  const place =
    winner < 0 ? '' : `row ${Math.floor(winner / S)}, column ${winner % S} of the window`;
  return (
    <div class="product">
      <Matrix
        title={`the window in ${inputName}`}
        rows={cut(({ x }) => x)}
        outside={cut(({ index }) => (index === undefined ? 1 : 0))}
        inInk={terms.every(({ x }) => x >= 0)}
        winner={kind === 'maxPool2d' ? winner : undefined}
      />
      <span>=</span>
      <Addend
        value={result}
        name={kind === 'maxPool2d' ? `the largest: ${place}` : 'their mean'}
        digits={4}
      />
    </div>
  );
}

/** Products that are named one by one. */
const NAMED = 8;

interface WeighedSumProps extends AccountProps {
  readonly account: Account & { readonly kind: 'dense' };
}

export function WeighedSum({ account, inputName, rowOf }: WeighedSumProps) {
  const { terms, bias, result = 0 } = account;
  const shown = terms.slice(0, NAMED);
  const sum = (some: typeof terms) => some.reduce((before, { x, w }) => before + x * w, 0);
  const rest = terms.slice(NAMED);
  const silent = terms.filter(({ x }) => x === 0).length;
  const most = Math.max(...shown.map(({ x, w }) => Math.abs(x * w)));
  return (
    <>
      <Table
        label="The largest products"
        columns={[`Value of ${inputName}`, '#Value', '#Weight', '#Product', '']}
        rows={shown.map(({ index, x, w }) => [
          originText(index ?? 0, rowOf),
          signed(x),
          signed(w),
          signed(x * w),
          <i
            class={x * w < 0 ? 'strand less' : 'strand'}
            style={{ '--share': most > 0 ? Math.abs(x * w) / most : 0 }}
            aria-hidden="true"
          />,
        ])}
      />
      <p class="sum">
        <Addend value={sum(shown)} name={`these ${shown.length}`} />
        {rest.length > 0 && (
          <>
            <span>+</span>
            <Addend value={sum(rest)} name={`the other ${rest.length}`} />
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
      {silent > 0 && (
        <p class="soft">
          {silent} of the {terms.length} values are zero and add nothing.
        </p>
      )}
    </>
  );
}

function originText(index: number, rowOf: Stage | undefined): string {
  if (!rowOf) return String(index);
  const { row, column, channel } = positionOf(rowOf.inputShape, index);
  return `${index}: map ${channel}, row ${row}, column ${column}`;
}

interface ShareProps {
  readonly account: Account & { readonly kind: 'softmax' };
  readonly classes: readonly string[] | undefined;
  readonly index: number;
}

export function Share({ account: { logits, largest }, classes, index }: ShareProps) {
  const raised = logits.map((z) => Math.exp(z - largest));
  const total = raised.reduce((sum, e) => sum + e, 0);
  const row = logits.length > 0 ? index % logits.length : 0;
  return (
    <Table
      label="From logits to shares"
      columns={['Class', '#Logit', '#exp(logit − largest)', '#Share']}
      rows={logits.map((z, k) => {
        const name = classes?.[k] ?? String(k);
        return [
          k === row ? <b>{name}</b> : name,
          signed(z),
          signed(raised[k] as number, 4),
          percent((raised[k] as number) / total, 2),
        ];
      })}
      foot={[['Sum', '', signed(total, 4), '100%']]}
      caption={`The largest logit, ${signed(largest)}, is taken off first so that no exponential overflows; the shares stay the same.`}
    />
  );
}
