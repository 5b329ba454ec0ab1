// The values of a layer that has one for each class: bars to choose from.
import type { Stage } from '../../inside/stage.ts';
import { signed } from './numbers.ts';

interface AnswersProps {
  readonly stage: Stage;
  readonly classes: readonly string[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

export function Answers({ stage, classes, chosen, onChoose }: AnswersProps) {
  const most = Math.max(...Array.from(stage.values, Math.abs));
  return (
    <ul class="answers">
      {classes.map((name, label) => {
        const value = stage.values[label] ?? 0;
        return (
          <li>
            <button type="button" aria-pressed={label === chosen} onClick={() => onChoose(label)}>
              <span>{name}</span>
              <span class="n">{signed(value)}</span>
              <i
                class={value < 0 ? 'strand less' : 'strand'}
                style={{ '--share': most > 0 ? Math.abs(value) / most : 0 }}
                aria-hidden="true"
              />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
