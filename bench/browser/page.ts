// The bench in a page: the driver calls `bench` with what is wanted, and gives `tell` to hear how it goes.
import { openDevice } from '../../src/tensor/index.ts';
import { type Wanted, runBench } from '../run.ts';

declare global {
  interface Window {
    bench: (wanted: Wanted) => ReturnType<typeof runBench>;
    tell: (line: string) => void;
  }
}

window.bench = (wanted) =>
  runBench(
    {
      runtime: 'chromium',
      residentBytes: () => undefined,
      tell: (line) => window.tell(line),
      open: () => openDevice(navigator.gpu),
    },
    wanted,
  );
