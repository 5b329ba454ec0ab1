// Prints `N passed, N failed[, N skipped]` from vitest's JSON report: `node scripts/tally.mjs FILE [1]`.
// The 1 says that something failed, be it no test: there is no line with 0 failed then.
import { readFileSync } from 'node:fs';

/** @typedef {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} Report */

/** @type {Report} */
let report = { testResults: [] };
try {
  report = /** @type {Report} */ (JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
} catch {
  // the run broke before it could report
}

let [passed, failed, skipped] = [0, 0, 0];
for (const { status, assertionResults } of report.testResults) {
  const failedBefore = failed;
  for (const test of assertionResults) {
    if (test.status === 'passed') passed++;
    else if (test.status === 'failed') failed++;
    else skipped++;
  }
  // A file that fails to load, or in its hooks, counts as one.
  if (status === 'failed' && failed === failedBefore) failed++;
}
if (failed === 0 && (passed === 0 || process.argv[3] === '1')) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
