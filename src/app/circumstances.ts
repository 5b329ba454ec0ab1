// What a record says of its circumstances: the adapter, the data set, the test.
import type { Device } from '../tensor/index.ts';
import { type DataSet, shapeOf } from './data/dataset.ts';
import type { Evaluation } from './evaluation.ts';
import type { AdapterRecord, DataSetRecord, TestRecord } from './record.ts';

export function adapterRecord({ info }: Device): AdapterRecord {
  const { name, vendor, description, software } = info;
  const subgroupSize = info.subgroupSize ?? null;
  return { name, vendor, description, software, subgroupSize, backend: info.architecture || null };
}

/** `train` and `validation`: training images learned from and held back. */
export function dataSetRecord(data: DataSet, train: number, validation: number): DataSetRecord {
  const { name, title, builtin, checksum, source, classes } = data;
  const shape = shapeOf(data);
  const counts = { train, validation, test: data.test.count, available: data.train.count };
  return { name, title, builtin, checksum, source, shape, classes, counts };
}

export function testRecord(evaluation: Evaluation): TestRecord {
  const { loss, accuracy, interval, report, confusion } = evaluation;
  return { loss, accuracy, interval, report, confusion };
}
