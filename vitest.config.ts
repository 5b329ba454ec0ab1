// One suite in two places: Node over Dawn, and a real Chromium.
// `*.node.test.ts` runs in Node only, `*.browser.test.ts` in Chromium only; `page*.node.test.ts` drive the whole page
// from Node, one after another, when the others in Node are done and beside those in Chromium.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.mjs';

const executablePath = findChromium();

/** Files that compile many kernels and run each over little. */
const COMPILES = [
  'test/conformance/*.test.ts',
  'test/{higherOrder,nan,ops,rewrite,tiles,variants}.test.ts',
  'test/{onnx,variantsWide}.node.test.ts',
];

export default defineConfig({
  test: {
    // A busy machine takes its time: a test waits for a state.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts', 'test/page*.node.test.ts', ...COMPILES],
          environment: 'node',
          pool: 'forks', // Dawn keeps a process alive; a fork can be ended
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'kernels',
          include: COMPILES,
          environment: 'node',
          pool: 'forks',
          maxWorkers: 2,
          // On lavapipe LLVM takes half the time for vectors of four lanes, and less without some of its passes; its own
          // eight lanes are variantsWide's. What computes for long wants both, in the project above.
          env: { LP_NATIVE_VECTOR_WIDTH: '128', GALLIVM_PERF: 'nopt' },
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['test/page*.node.test.ts'],
          globalSetup: 'test/pageBuild.ts',
          environment: 'node',
          fileParallelism: false,
          // What is waited for comes when the machine has time for it: these end a test that hangs.
          testTimeout: 900_000,
          hookTimeout: 900_000,
          expect: { poll: { timeout: 300_000 } },
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.test.ts'],
          // Whole trainings: the pages' tests run them in Chromium, in the worker where they belong.
          exclude: ['test/**/*.node.test.ts', 'test/{experiment,runs,trainingSettings}.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 }, // beside the pages
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: CHROMIUM_ARGS, ...(executablePath && { executablePath }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
