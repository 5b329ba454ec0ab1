// weft against the ONNX, TensorFlow.js and jax-js vectors.
import { testDevice } from '../gpu.ts';
import { gpuEngine } from '../ops/gpu.ts';
import { describeConformance } from './folder.ts';
import { casesIn, testCases } from './report.ts';
import { judge } from './runner.ts';

const engine = gpuEngine(await testDevice());

describeConformance('vectors/', (folder) => {
  testCases('weft, vectors/', casesIn(`${folder}/vectors`), (c) => judge(engine, c));
});
