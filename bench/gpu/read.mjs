// `node bench/gpu/read.mjs FILE`: what the packed bench measured, as a table, and kept in bench/results/.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * @typedef {{ medianMs: number, lowMs: number, highMs: number }} Timing
 * @typedef {{ batch: number, variant: string, step: Timing, aloneMs: number, encodeMs: number }} StepTime
 * @typedef {{ batch: number, way: string, tf32: boolean, step?: Timing, skipped?: string, failed?: string }} TorchStep
 * @typedef {{ batch: number, float32Off: number, weftOff: Record<string, number> }} Curve
 * @typedef {{ torch: string, device: string, curves: Curve[], steps: TorchStep[], missing?: string }} Torch
 * @typedef {{
 *   format: string, date: string,
 *   machine: Record<string, string | number> | null,
 *   packed: { commit: string, dirty: boolean } | null,
 *   probe: { adapter: { name: string, device?: string } } | null,
 *   verify: { cases: number, failed: { op: string, variant: string | null, case: string, error: string }[] } | null,
 *   steps: { times: StepTime[], unsafe?: { toggles: string[], times: StepTime[] }, skipped?: { batch: number, why: string }[] } | null,
 *   torch: Torch | null,
 *   bench: object | null,
 * }} GpuBench
 */

/**
 * The text of a weft-gpu-bench.json, read; paths of the machine that it names are taken out.
 * @param {string} text
 * @returns {GpuBench}
 */
export function readGpuBench(text) {
  const path = /(?<![\w./-])\/(?:work|home|root|Users|tmp|usr|opt)\/[^\s"',;:)]*/g;
  const all = /** @type {GpuBench} */ (JSON.parse(text.replace(path, '…')));
  if (all?.format !== 'weft-gpu-bench/1') throw new Error('this is no result of the packed bench');
  if (!all.probe) throw new Error('no adapter was found there: see probe.log beside the result');
  return all;
}

/**
 * The file that keeps it: date, card, what it is.
 * @param {GpuBench} all
 * @param {string} what
 */
export function fileName({ date, probe }, what) {
  const { device, name } = probe?.adapter ?? { name: '' };
  const slug = (device || name).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `${date.slice(0, 10)}-${slug.replaceAll(/^-|-$/g, '')}-${what}.json`;
}

/**
 * A table for people: each batch's ways, fastest last of the two sides' own order, and what was verified.
 * @param {GpuBench} all
 */
export function summary({ date, packed, probe, machine, verify, steps, torch }) {
  const lines = [
    `${probe?.adapter.name}, ${machine?.['gpu'] || machine?.['cpu']}, ${date.slice(0, 10)}, ` +
      `commit ${packed?.commit}${packed?.dirty ? ' with changes' : ''}`,
  ];
  if (verify) {
    lines.push(
      `verified against float64: ${verify.cases - verify.failed.length} of ${verify.cases} cases right`,
    );
    for (const f of verify.failed)
      lines.push(`  WRONG ${f.op} ${f.variant ?? ''} ${f.case}: ${f.error}`);
  } else lines.push('not verified: the stage did not end');
  for (const { batch, float32Off, weftOff } of torch?.curves ?? []) {
    const ours = Object.entries(weftOff).map(
      ([variant, off]) => `${variant} ${off.toExponential(1)}`,
    );
    lines.push(
      `losses at batch ${batch}, furthest from float64: ${ours.join(', ')}; PyTorch ${float32Off.toExponential(1)}`,
    );
  }
  const row = (/** @type {number} */ batch, /** @type {string} */ way, /** @type {Timing} */ t) => {
    const range = `${t.lowMs.toFixed(3)}–${t.highMs.toFixed(3)}`;
    const rate = Math.round((1000 * batch) / t.medianMs).toLocaleString('en');
    lines.push(`| ${batch} | ${way} | ${t.medianMs.toFixed(3)} | ${range} | ${rate} |`);
  };
  lines.push(
    '',
    '| batch | training step | ms | p5–p95 | images/s |',
    '| --- | --- | --- | --- | --- |',
  );
  for (const { batch, variant, step } of steps?.times ?? []) row(batch, `weft, ${variant}`, step);
  for (const { batch, step } of steps?.unsafe?.times ?? [])
    row(batch, 'weft without checks in Dawn', step);
  for (const { batch, way, tf32, step } of torch?.steps ?? [])
    if (step) row(batch, `PyTorch, ${way}, TF32 ${tf32 ? 'on' : 'off'}`, step);
  for (const { batch, why } of steps?.skipped ?? [])
    lines.push(`not timed: batch ${batch}: ${why}`);
  const reasons = new Set(
    torch?.steps.flatMap(({ way, skipped, failed }) =>
      skipped || failed ? [`${way}: ${skipped ?? failed}`] : [],
    ),
  );
  for (const reason of reasons) lines.push(`not timed: PyTorch, ${reason}`);
  if (torch?.missing) lines.push(`no PyTorch beside it: ${torch.missing}`);
  return lines.join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const source = process.argv[2];
  if (!source) {
    console.error('usage: node bench/gpu/read.mjs OUT/weft-gpu-bench.json');
    process.exit(1);
  }
  try {
    const all = readGpuBench(readFileSync(source, 'utf8'));
    const folder = fileURLToPath(new URL('../results', import.meta.url));
    mkdirSync(folder, { recursive: true });
    const keep = (/** @type {string} */ what, /** @type {object} */ result) => {
      const name = fileName(all, what);
      writeFileSync(join(folder, name), `${JSON.stringify(result, null, 1)}\n`);
      return `bench/results/${name}`;
    };
    // What `npm run bench` made there is a result like any other: charts can be made from it.
    const { bench, ...rest } = all;
    const kept = [keep('gpu', rest), ...(bench ? [keep('node', bench)] : [])];
    console.log(`${summary(all)}\n\nkept: ${kept.join(', ')}`);
  } catch (error) {
    console.error(`read: ${source}: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
