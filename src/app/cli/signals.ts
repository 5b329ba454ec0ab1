// Ctrl-C, and what ends a process otherwise: the first asks for an end, the second ends the process.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** As shells count them: 130 for Ctrl-C, 143 for SIGTERM, 129 for a terminal that was closed. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

export interface Stop {
  /** The first that came. */
  readonly signal: () => NodeJS.Signals | undefined;
  readonly release: () => void;
}

/** @param onAgain right before the process ends */
export function stopOnSignals(
  onFirst: (signal: NodeJS.Signals) => void,
  onAgain: (signal: NodeJS.Signals) => void = () => undefined,
): Stop {
  let first: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (first !== undefined) {
      onAgain(signal);
      process.exit(exitCodeOf(signal));
    }
    first = signal;
    onFirst(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: () => first,
    release() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
