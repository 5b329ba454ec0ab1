// The code behind a layer: the kernels that made it, their time, and their WGSL as it ran.
import { useState } from 'preact/hooks';
import type { KernelRun, LayerCode, Timing } from '../../inside/code.ts';
import { compact, counted } from '../../wording.ts';
import type { InsideProps } from './door.tsx';
import { tokens } from './highlight.ts';
import { useAnswer } from './useAnswer.ts';

interface CodeProps extends Pick<InsideProps, 'ask' | 'running'> {
  /** The layer that is chosen. */
  readonly name: string;
}

export function CodeView({ ask, running, name }: CodeProps) {
  const { answer, problem } = useAnswer(ask, { about: 'code' }, [running], () => undefined);
  if (!answer) return <p role="status">{problem ?? 'The kernels are being timed.'}</p>;
  const { code, step } = answer;
  const layer = code.layers.find((one) => one.name === name);
  return (
    <>
      {layer && <LayerKernels key={name} layer={layer} timing={code.timing} />}
      {step && (
        <details class="step">
          <summary>
            The training step: {counted(step.length, 'dispatch', 'dispatches')}, recorded once and
            sent again in one submit
          </summary>
          <Kernels kernels={step} />
        </details>
      )}
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

const milliseconds = (timeMs: number) =>
  timeMs < 0.0995 ? `${Math.max(1, Math.round(timeMs * 1000))} µs` : `${timeMs.toPrecision(2)} ms`;

/** A list of kernels, of which one is open. */
function Kernels({ kernels }: { kernels: readonly KernelRun[] }) {
  const [chosen, setChosen] = useState(0);
  const kernel = kernels[chosen];
  return (
    <div class={kernels.length > 1 ? 'kernels' : ''}>
      {kernels.length > 1 && (
        <ol>
          {kernels.map(({ label, grid, timeMs }, at) => (
            <li>
              <button type="button" aria-pressed={at === chosen} onClick={() => setChosen(at)}>
                {label}
                <span class="soft n">{timeMs === undefined ? grid : milliseconds(timeMs)}</span>
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
