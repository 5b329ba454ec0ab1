// Runs examples in Node: `node examples/node.js xor`, or all without a name. Needs the package `webgpu`.
import { readdirSync } from 'node:fs';
import { openDevice } from 'weft';
import { create } from 'webgpu';

const all = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.js') && file !== 'node.js')
  .map((file) => file.slice(0, -'.js'.length));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;

const device = await openDevice(create([]));
for (const name of names) {
  const { main } = await import(`./${name}.js`);
  console.log(name);
  await main(device, (line) => console.log(`  ${line}`));
}
