// Where the vectors lie that nobody on this project wrote: CONFORMANCE_DIR, or ../shared/conformance
// seen from the project's root. Where the folder is absent, the tests that need it say so and skip.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

const folder =
  process.env['CONFORMANCE_DIR'] ??
  fileURLToPath(new URL('../../../shared/conformance', import.meta.url));

/** Like `describe`, with the conformance folder for the body; skipped, with the reason, without it. */
export function describeConformance(title: string, body: (folder: string) => void): void {
  if (existsSync(folder)) describe(title, () => body(folder));
  else test.skipIf(true)(`${title}: no vectors at ${folder} (CONFORMANCE_DIR)`, () => undefined);
}
