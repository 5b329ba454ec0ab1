// The optimisers against float64 trajectories, weights and moments, that nobody on this project wrote.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OptimiserState } from '../src/nn/index.ts';
import { type Case, difference, readCase } from './conformance/case.ts';
import { describeConformance } from './conformance/folder.ts';
import { testDevice } from './gpu.ts';
import { optimiserOf } from './optimisers.ts';

const device = await testDevice();

/** What the vectors call our moments. */
const MOMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sgd: { velocity: 'state_v' },
  adam: { m: 'state_m', v: 'state_v' },
  adamw: { m: 'state_m', v: 'state_v' },
  rmsprop: { squares: 'state_v', velocity: 'state_b' },
};

async function follow(c: Case): Promise<Map<string, { shape: number[]; data: Float64Array }>> {
  const [start, gradients] = c.inputs;
  if (!start || !gradients) throw new Error(`${c.name} has no weights or gradients`);
  const size = start.data.length;
  const steps = gradients.data.length / size;
  const w = device.tensor(start.data, [size]);
  const optimiser = optimiserOf(c.op, c.attributes);
  const at = new OptimiserState(optimiser, w);
  const path: number[] = [];
  for (let step = 0; step < steps; step++) {
    at.prepare(step, 1);
    const g = device.tensor(gradients.data.slice(step * size, (step + 1) * size), [size]);
    at.update(g, device.tensor([0, step], [2], 'u32'));
    path.push(...(await w.data()));
  }
  const found = new Map([['w', { shape: [steps, size], data: Float64Array.from(path) }]]);
  for (const [name, moment] of at.moments) {
    const theirs = MOMENTS[optimiser.name]?.[name];
    const data = Float64Array.from(await moment.data());
    if (theirs !== undefined) found.set(theirs, { shape: [size], data });
  }
  return found;
}

describeConformance('float64/f64_opt_*', (folder) => {
  const files = readdirSync(`${folder}/float64`).filter((f) => f.startsWith('f64_opt_'));
  for (const file of files)
    test(file.replace('.json', ''), async () => {
      const c = readCase(`${folder}/float64/${file}`);
      const found = await follow(c);
      for (const want of c.outputs) {
        const got = found.get(want.name);
        if (!got) throw new Error(`nothing here is called ${want.name}`);
        expect(difference(got, want, c.tol)).toBeUndefined();
      }
    });
});
