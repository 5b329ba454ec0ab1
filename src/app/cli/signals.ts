// Ctrl-C, and what ends a process otherwise: the first asks the training to end, the second ends the process.
import { constants } from 'node:os';
import { RunControl } from '../control.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As shells count them: 130 for Ctrl-C, 143 for SIGTERM, 129 for a terminal that was closed. */
const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

export interface Interrupt {
  readonly control: RunControl;
  /** Of a run that was ended by a signal. */
  readonly exitCode: () => number;
  readonly release: () => void;
}

export function stopOnSignals(say: (text: string) => void): Interrupt {
  const control = new RunControl();
  let code = exitCodeOf('SIGINT');
  const onSignal = (signal: NodeJS.Signals) => {
    code = exitCodeOf(signal);
    if (control.isStopped) process.exit(code);
    control.stop();
    say(
      'Stopping: the training ends here, in the midst of its epoch. The test follows, and all is saved. ' +
        'Ctrl-C again stops at once.',
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    control,
    exitCode: () => code,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
