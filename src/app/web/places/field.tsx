// One setting: its label, its input, and a sentence when what is typed will not do.
import type { Problems, Values } from '../../settings/read.ts';
import { type Flag, type Group, ROWS, rowOf } from '../../settings/table.ts';

/** Brings the focus to the first setting of the page that is wrong, wherever it stands. */
export function focusFirstWrong(): void {
  const wrong = document.querySelector<HTMLElement>(':is(.field, .layer, .transforms).wrong');
  for (let at: Element | null | undefined = wrong; at; at = at.parentElement?.closest('details'))
    if (at instanceof HTMLDetailsElement) at.open = true;
  (wrong?.querySelector<HTMLElement>('input, select, button') ?? wrong)?.focus();
}

interface FieldsProps {
  readonly group: Group;
  readonly values: Values;
  readonly problems: Problems;
  readonly onChange: (flag: Flag, text: string) => void;
}

/** The settings of a group. */
export const Fields = (props: FieldsProps) => (
  <div class="fields">
    {ROWS.map(([flag, { group }]) => group === props.group && <Field flag={flag} {...props} />)}
  </div>
);

function Field({ flag, values, problems, onChange }: FieldsProps & { readonly flag: Flag }) {
  const [value, problem] = [values[flag], problems[flag]];
  const { title, unit, help, kind } = rowOf(flag);
  const { choices } = kind;
  const id = `field-${flag}`;
  const common = {
    id,
    name: flag,
    title: help,
    value,
    'aria-describedby': `${id}-hint`,
    ...(problem && { 'aria-invalid': true, 'aria-errormessage': `${id}-problem` }),
  };
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={id}>{title}</label>
      {choices ? (
        <select {...common} onChange={(event) => onChange(flag, event.currentTarget.value)}>
          {Object.hasOwn(choices, value) ? null : <option value={value}>{value}</option>}
          {Object.entries(choices).map(([name, title]) => (
            <option value={name}>{title}</option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          inputMode={kind.isNumber ? 'decimal' : 'text'}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onChange(flag, event.currentTarget.value)}
        />
      )}
      <span id={`${id}-hint`} class="soft">
        {unit}
      </span>
      <span id={`${id}-problem`} class="problem" aria-live="polite">
        {problem}
      </span>
    </div>
  );
}
