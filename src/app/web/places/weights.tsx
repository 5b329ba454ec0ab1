// Weights from a file: taken whole, or refused with what differs.
import { useId } from 'preact/hooks';
import type { State } from '../state.ts';
import { useShown } from '../useShown.ts';

interface WeightsProps {
  readonly weights: State['weights'];
  /** Why none can be read at the moment; '' when they can. */
  readonly hindrance: string;
  readonly onWeights: (file: File) => void;
}

export function WeightsIn({ weights, hindrance, onWeights }: WeightsProps) {
  const id = useId();
  const said = useShown<HTMLDivElement>(weights?.status === 'refused' && weights);
  return (
    <>
      <h3>Import</h3>
      <div class="exports">
        <label class="file" for={id}>
          <input
            id={id}
            type="file"
            accept=".safetensors"
            disabled={hindrance !== ''}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) onWeights(file);
              currentTarget.value = '';
            }}
          />
          <span>Choose weights</span>
        </label>
        <p class="soft">
          A safetensors file for the network of this page: it is judged on the test images, and
          every place shows its figures. {hindrance}
        </p>
      </div>
      <div ref={said} role="status">
        {weights?.status === 'reading' && (
          <p class="soft">{weights.text} is read and judged on every test image.</p>
        )}
        {weights?.status === 'taken' && (
          <p class="soft">
            {weights.text} is the network now. <a href="#evaluation">See how good it is</a>
          </p>
        )}
        {weights?.status === 'refused' && (
          <div class="notice">
            <p>{weights.text}</p>
            <p class="soft">Nothing was taken from it; the network is as it was.</p>
          </div>
        )}
      </div>
    </>
  );
}
