// The bench in a page: the driver calls `bench` with what is wanted, and gives `tell` to hear how it goes.
import { openDevice } from '../../src/tensor/index.ts';
import { type Wanted, runBench } from '../run.ts';

declare global {
  // oxlint-disable-next-line no-var -- the only way to declare a global
  var bench: (wanted: Wanted) => ReturnType<typeof runBench>;
  // oxlint-disable-next-line no-var
  var tell: (line: string) => void;
}

globalThis.bench = (wanted) =>
  runBench(
    {
      runtime: 'chromium',
      residentBytes: () => undefined,
      tell: (line) => globalThis.tell(line),
      open: () => openDevice(navigator.gpu),
    },
    wanted,
  );
