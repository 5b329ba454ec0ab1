// The code behind a layer: the kernels that made it, their time, and their WGSL as it ran.
import { useState } from 'preact/hooks';
import type { KernelRun, LayerCode, Timing } from '../../inside/code.ts';
import type { Role, StepCode, StepKernel } from '../../inside/stepCode.ts';
import { bytes as inUnits, compact, counted, listed } from '../../wording.ts';
import type { InsideProps } from './door.tsx';
import { tokens } from './highlight.ts';
import { useAnswer } from './useAnswer.ts';

interface CodeProps extends Pick<InsideProps, 'ask' | 'running'> {
  /** The layer that is chosen. */
  readonly name: string;
}

export function CodeView({ ask, running, name }: CodeProps) {
  const { answer, problem, delay } = useAnswer(ask, { about: 'code' }, [running], () => undefined);
  if (!answer) return <p role="status">{problem ?? delay ?? 'The kernels are being timed.'}</p>;
  const { code, step } = answer;
  const layer = code.layers.find((one) => one.name === name);
  return (
    <>
      {layer && <LayerKernels key={name} layer={layer} timing={code.timing} />}
      {step && <LayerInStep key={`${name} in the step`} name={name} step={step.kernels} />}
      {step && <WholeStep step={step} />}
    </>
  );
}

const TIMINGS: Readonly<Record<Timing, string>> = {
  timestamps: 'by the GPU’s own timestamps, the median of five',
  wallClock:
    'by the wall clock, the mean of fifty runs in one submit: this adapter has no timestamps',
  none: 'not timed while a training has the GPU: this adapter has no timestamps',
};

function LayerKernels({ layer, timing }: { layer: LayerCode; timing: Timing }) {
  const { name, kernels, timeMs, flops } = layer;
  if (kernels.length === 0)
    return (
      <p>
        No kernel runs for <b>{name}</b>:{' '}
        {layer.kind === 'dropout'
          ? 'outside training nothing is dropped, and its input is its output.'
          : 'it is the same memory under another shape.'}
      </p>
    );
  return (
    <>
      <p>
        <b>{name}</b> was made by {counted(kernels.length, 'kernel')}
        {timeMs !== undefined && ` in ${milliseconds(timeMs)}`}
        {timeMs !== undefined &&
          timeMs > 0 &&
          flops > 0 &&
          `, ${compact((flops / timeMs) * 1000)}FLOP/s`}
        . <span class="soft">For one image, unfused; {TIMINGS[timing]}.</span>
      </p>
      <Kernels kernels={kernels} />
    </>
  );
}

const ROLES: Readonly<Record<Role, string>> = {
  forward: 'forward',
  inputGradient: 'gradient of its input',
  parameterGradient: 'gradient of its weights',
  gradients: 'for both gradients',
};
const dispatches = (count: number) => counted(count, 'dispatch', 'dispatches');

/** What of the training step is this layer's work. */
function LayerInStep({ name, step }: { name: string; step: readonly StepKernel[] }) {
  const own = step.flatMap(({ work, ...kernel }) =>
    work?.layer === name ? [{ ...kernel, note: ROLES[work.role] }] : [],
  );
  return (
    <div class="inStep">
      <h4>In the training step</h4>
      <p>
        {own.length === 0 ? (
          <>
            No dispatch is <b>{name}</b>’s own: a neighbor’s kernel does its work, or there is none
            to do.
          </>
        ) : (
          <>
            {own.length} of {dispatches(step.length)} {own.length === 1 ? 'is' : 'are'}{' '}
            <b>{name}</b>
            ’s own. <span class="soft">For a whole batch, fused with its neighbors.</span>
          </>
        )}
      </p>
      {own.length > 0 && <Kernels kernels={own} />}
    </div>
  );
}

function WholeStep({ step: { kernels, asText, bytes } }: { step: StepCode }) {
  const shared = kernels.filter(({ work }) => !work).map(({ label }) => label);
  const noted = kernels.map(({ work, ...kernel }) => ({
    ...kernel,
    note: work ? `${work.layer}, ${ROLES[work.role]}` : 'no single layer',
  }));
  return (
    <details class="step">
      <summary>
        The whole training step: {dispatches(kernels.length)}, recorded once and sent again in one
        submit
      </summary>
      <p class="soft">
        {dispatches(shared.length)} belong to no single layer, for they draw the batch, give the
        loss, update all weights and note the figures: {listed(shared)}.
      </p>
      <Kernels kernels={noted} />
      <Listing title={`As the model calls it: ${lines(asText.traced)} ops`} text={asText.traced} />
      <Listing title={`As rewritten: ${lines(asText.rewritten)} ops`} text={asText.rewritten} />
      <Listing
        title={`As sent: ${dispatches(kernels.length)}, with ${inUnits(bytes)} of GPU memory beside weights and data`}
        text={asText.dispatches}
      />
    </details>
  );
}

const lines = (text: string) => text.split('\n').length;

/** A recording in one of its forms, folded. */
function Listing({ title, text }: { title: string; text: string }) {
  return (
    <details class="listing">
      <summary>{title}</summary>
      <pre tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </details>
  );
}

const milliseconds = (timeMs: number) =>
  timeMs < 0.0995 ? `${Math.max(1, Math.round(timeMs * 1000))} µs` : `${timeMs.toPrecision(2)} ms`;

interface Noted extends KernelRun {
  /** Instead of its grid, which stands above its code. */
  readonly note?: string;
}

/** A list of kernels, of which one is open. */
function Kernels({ kernels }: { kernels: readonly Noted[] }) {
  const [chosen, setChosen] = useState(0);
  const kernel = kernels[chosen];
  return (
    <div class={kernels.length > 1 ? 'kernels' : ''}>
      {kernels.length > 1 && (
        <ol>
          {kernels.map(({ label, grid, timeMs, note }, at) => (
            <li>
              <button type="button" aria-pressed={at === chosen} onClick={() => setChosen(at)}>
                {label}
                <span class="soft n">
                  {note ?? (timeMs === undefined ? grid : milliseconds(timeMs))}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {kernel && <Wgsl kernel={kernel} />}
    </div>
  );
}

function Wgsl({ kernel: { label, grid, wgsl } }: { kernel: KernelRun }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(wgsl);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <figure class="wgsl">
      <figcaption class="above">
        <b>{label}.wgsl</b>, with its constants filled in, over {grid} workgroups.{' '}
        <button type="button" class="link" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <span class="unseen" role="status">
          {copied ? `${label} was copied.` : ''}
        </span>
      </figcaption>
      <pre tabIndex={0} aria-label={`WGSL of ${label}`}>
        <code>
          {wgsl
            .trimEnd()
            .split('\n')
            .map((line) => (
              <span class="line">
                {tokens(line).map(({ kind, text }) =>
                  kind ? <span class={kind}>{text}</span> : text,
                )}
                {'\n'}
              </span>
            ))}
        </code>
      </pre>
    </figure>
  );
}
