// The judge is judged: the float64 reference against the vectors that nobody on this project wrote.
import { describeConformance } from './conformance/folder.ts';
import { casesIn, testCases } from './conformance/report.ts';
import { judge } from './conformance/runner.ts';
import { reference } from './reference.ts';

describeConformance('the reference against the vectors', (folder) => {
  testCases('reference, vectors/', casesIn(`${folder}/vectors`), (c) => judge(reference, c));
});

/** Both sides are float64 here, so the tolerances meant for float32 engines are not used up. */
const FLOAT64 = 1e-12;

describeConformance('the reference against float64/', (folder) => {
  testCases('reference, float64/', casesIn(`${folder}/float64`), (c) =>
    judge(reference, { ...c, tol: { rtol: FLOAT64, atol: FLOAT64, scaled: FLOAT64 } }),
  );
});
