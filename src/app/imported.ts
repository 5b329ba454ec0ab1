// Weights from a file, judged on the test images as a run's own would be. Nothing is trained: the record says so.
import { Inference, Sequential, digestOf, loadWeights, scoreLogits } from '../nn/index.ts';
import type { Device } from '../tensor/index.ts';
import { adapterRecord, dataSetRecord, testRecord } from './circumstances.ts';
import { type DataSet, shapeOf, taskOf } from './data/dataset.ts';
import { judge } from './evaluation.ts';
import { type Verdict, uploaded } from './experiment.ts';
import { layersOf } from './network/layers.ts';
import { type RunConfig, type RunRecord, type RuntimeRecord, RUN_FORMAT } from './record.ts';

interface ImportOptions {
  readonly device: Device;
  readonly data: DataSet;
  /** The settings of the day; of them only the network counts. */
  readonly config: RunConfig;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly runtime: RuntimeRecord;
  readonly now: () => number;
  readonly date: () => Date;
}

/**
 * Reads the weights of the configuration's network from a safetensors file and judges them.
 * @throws FileError that lists what differs, before anything is computed; RangeError on a network that cannot be built
 */
export async function judgeWeights(
  options: ImportOptions,
): Promise<{ readonly verdict: Verdict; readonly model: Sequential }> {
  const { device, data, config, fileName, now } = options;
  const startedAt = options.date().toISOString();
  const started = now();
  const model = new Sequential(device, shapeOf(data), layersOf(config.network, taskOf(data)), {
    seed: config.seed,
  });
  const weights = loadWeights(fileName, options.bytes, model.arena.saved);
  model.arena.load(weights);

  const { labels } = data.test;
  const test = Inference.create(model, uploaded(device, data, 'test'));
  await test.recording.compiled();
  const warmUpMs = now() - started;
  const scored = scoreLogits(await test.run(), labels, data.classes.length);
  const evaluation = judge(scored, labels, data.classes);
  const { logits, probabilities } = scored;
  const record: RunRecord = {
    format: RUN_FORMAT,
    startedAt,
    finishedAt: options.date().toISOString(),
    stopped: 'completed',
    command: '', // there is none that leads to them
    notes: [`The weights were read from ${fileName}; nothing was trained.`],
    config: { ...config, epochs: 0 },
    adapter: adapterRecord(device),
    runtime: options.runtime,
    dataset: dataSetRecord(data, 0, 0),
    model: model.summary(),
    epochs: [],
    test: testRecord(evaluation),
    speed: {
      dispatchesPerStep: 0,
      submitsPerStep: 0,
      medianStepMs: 0,
      p95StepMs: 0,
      warmUpMs,
      totalTimeMs: now() - started,
    },
    digest: digestOf(weights),
  };
  return {
    verdict: { record, evaluation, weights, logits, probabilities, divergedAt: undefined },
    model,
  };
}
