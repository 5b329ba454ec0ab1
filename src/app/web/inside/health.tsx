// How the network is: how values, weights and gradients are spread, which ReLUs are dead, how large a step is.
import { grouped, percent } from '../../wording.ts';
import type { LayerHealth } from '../../inside/health.ts';
import { Table } from '../../table.tsx';
import type { InsideProps } from './door.tsx';
import { kindTitle } from '../../network/kinds.ts';
import { Spread, short } from './spread.tsx';
import { useAnswer } from './useAnswer.ts';
import type { HealthAnswer } from './questions.ts';
import { Ratios } from './ratios.tsx';

/** While a training runs a checkup may take about a tenth of the time. */
const paceOf = ({ standing, timeMs }: HealthAnswer) =>
  standing === 'training' ? Math.min(30_000, Math.max(2000, 10 * timeMs)) : undefined;
const STEPS_MS = 1000;

export function HealthView({ ask, running }: Pick<InsideProps, 'ask' | 'running'>) {
  const { answer, problem, delay } = useAnswer(ask, { about: 'health' }, [running], paceOf);
  const steps = useAnswer(ask, { about: 'steps' }, [running], () =>
    running ? STEPS_MS : undefined,
  );
  const updates = steps.answer?.updates ?? [];
  if (!answer)
    return (
      <p role="status">
        {problem ?? delay ?? 'The network looks at some hundred images; this takes a moment.'}
      </p>
    );
  const { health } = answer;
  const dead = health.layers.flatMap((layer) => (layer.dead ? [layer.dead.dead] : []));
  const deadCount = dead.reduce((sum, n) => sum + n, 0);
  return (
    <>
      <p>
        Over {grouped(health.images)} test images, mean loss {health.loss.toFixed(3)}.{' '}
        {dead.length > 0 &&
          (deadCount === 0
            ? 'No ReLU is dead.'
            : `${grouped(deadCount)} ReLU ${deadCount === 1 ? 'map or unit is' : 'maps or units are'} dead.`)}{' '}
        <span class="soft">{STANDINGS[answer.standing]}</span>
      </p>
      <h3>What the layers put out</h3>
      <Table
        label="Outputs of the layers"
        columns={['Layer', 'Kind', 'Outputs that are not zero', '#Zero', '#Dead']}
        rows={health.layers.map((layer) => [
          layer.name,
          kindTitle(layer.kind),
          <Spread histogram={layer.values} label={`Outputs of ${layer.name}`} />,
          percent(layer.zeroShare),
          deadText(layer),
        ])}
        caption="Each histogram spans from the least to the largest value; the line is zero. Dead: a map, or a unit of a dense layer, that its ReLU keeps at zero in every one of these images, so that nothing can be learned through it."
      />
      <h3>Weights, gradients, steps</h3>
      <Table
        label="Weights and gradients"
        columns={['Parameter', 'Weights', '#Their length', 'Gradient', '#Its length', '#Last step']}
        rows={health.parameters.map(({ name, weights, weightNorm, gradients, gradientNorm }) => [
          name,
          <Spread histogram={weights} label={`Weights of ${name}`} />,
          short(weightNorm),
          <Spread histogram={gradients} label={`Gradient of ${name}`} />,
          short(gradientNorm),
          ratioText(updates.at(-1)?.ratios.get(name)),
        ])}
        caption="Length is the Euclidean norm. The gradient is that of the mean loss over these images, without dropout. Last step: the length of one step’s change beside that of the weights."
      />
      <Ratios updates={updates} />
    </>
  );
}

const STANDINGS = {
  untrained: 'The weights are those that a training begins with.',
  training: 'Measured again and again while the training goes on.',
  trained: 'The weights are those of the last training.',
  given: 'The weights are those that were read from a file.',
};

function deadText({ dead }: LayerHealth) {
  if (!dead) return '';
  return `${dead.dead} of ${dead.units}`;
}

const ratioText = (ratio: number | undefined) =>
  ratio === undefined || !Number.isFinite(ratio) ? '–' : short(ratio);
