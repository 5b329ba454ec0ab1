// One setting: its label, its input, and a sentence when what is typed will not do.
import { OPTIMIZERS } from '../../optimizers.ts';
import { type Field, KERNELS } from '../settings.ts';

export const LABELS: Readonly<Record<Field, readonly [label: string, hint: string]>> = {
  images: ['Training images', 'a number, or “all”'],
  epochs: ['Epochs', 'passes over them'],
  batch: ['Batch', 'images a step'],
  lr: ['Learning rate', 'length of a step'],
  optimizer: ['Optimizer', 'how a step is chosen'],
  seed: ['Seed', 'same seed, same run'],
  validation: ['Held back', 'share, or a number'],
  kernels: ['Kernels', 'the fastest are measured once'],
};

/** Fields that one chooses, with the words for each value. */
const CHOICES: Readonly<Partial<Record<Field, Readonly<Record<string, string>>>>> = {
  optimizer: OPTIMIZERS,
  kernels: KERNELS,
};

/** Brings the focus to the first setting of the page that is wrong, wherever it stands. */
export function focusFirstWrong(): void {
  const wrong = document.querySelector<HTMLElement>(':is(.field, .layer).wrong');
  for (let at: Element | null | undefined = wrong; at; at = at.parentElement?.closest('details'))
    if (at instanceof HTMLDetailsElement) at.open = true;
  (wrong?.querySelector<HTMLElement>('input, select, button') ?? wrong)?.focus();
}

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onChange: (field: Field, text: string) => void;
}

export function FieldView({ field, value, problem, onChange }: FieldProps) {
  const [label, hint] = LABELS[field];
  const choices = CHOICES[field];
  const id = `field-${field}`;
  const common = {
    id,
    name: field,
    value,
    'aria-describedby': `${id}-hint`,
    ...(problem && { 'aria-invalid': true, 'aria-errormessage': `${id}-problem` }),
  };
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={id}>{label}</label>
      {choices ? (
        <select {...common} onChange={(event) => onChange(field, event.currentTarget.value)}>
          {Object.hasOwn(choices, value) ? null : <option value={value}>{value}</option>}
          {Object.entries(choices).map(([name, title]) => (
            <option value={name}>{title}</option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          inputMode={field === 'images' ? 'text' : 'decimal'}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onChange(field, event.currentTarget.value)}
        />
      )}
      <span id={`${id}-hint`} class="soft">
        {hint}
      </span>
      <span id={`${id}-problem`} class="problem" aria-live="polite">
        {problem}
      </span>
    </div>
  );
}
