// weft against a float64 reference: ops with gradients, optimizers, and whole training runs.
import { testDevice } from '../gpu.ts';
import { gpuEngine } from '../ops/gpu.ts';
import { describeConformance } from './folder.ts';
import { casesIn, testCases } from './report.ts';
import { judge } from './runner.ts';

const engine = gpuEngine(await testDevice());

describeConformance('float64/', (folder) => {
  testCases('weft, float64/', casesIn(`${folder}/float64`), (c) => judge(engine, c));
});
