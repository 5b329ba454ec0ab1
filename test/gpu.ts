// Where a test gets its device. Importing this also fails the file on a GPU error that no test caught.
import { gpu } from '#gpu'; // gpu.node.ts or gpu.browser.ts, see "imports" in package.json
import { afterAll } from 'vitest';
import { type Device, openDevice } from '../src/tensor/index.ts';

export { gpu };

let opened: Promise<Device> | undefined;

/** The device that all tests of one file share. */
export function testDevice(): Promise<Device> {
  return (opened ??= openDevice(gpu, { label: 'test' }));
}

afterAll(async () => {
  if (!opened) return;
  const device = await opened;
  await device.finish();
  device.destroy();
});
