// `npm run bench`: verifies, measures, tells. The measuring itself is in run.ts and knows nothing of Node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type OpenGpu, openGpu } from '../src/app/cli/gpu.ts';
import type * as Driver from './browser/drive.mjs';
import type * as Chart from './chart/build.mjs';
import { outliveReaders } from '../src/app/cli/output.ts';
import { pathFrom, standingIn } from '../src/app/cli/place.ts';
import { readOptions } from './options.ts';
import type * as Peers from './peers/drive.mjs';
import { originOf, watchCores } from './origin.ts';
import { asCsv, asMarkdown, asText } from './report/text.ts';
import type { Result } from './result.ts';
import { runBench } from './run.ts';
import { staticAsMarkdown, staticAsText } from './static/report.ts';
import type { StaticResult } from './static/result.ts';
import { measureStatic } from './static/static.ts';

outliveReaders();
const options = readOptions(process.argv.slice(2));
/** How it goes, with the seconds since the beginning. */
const tell = (line: string) =>
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);

try {
  if (options.chart !== undefined) await draw(options.chart);
  else if (options.static) await compileForCards();
  else await measure();
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
}

async function draw(file: string): Promise<void> {
  const builder = new URL('../bench/chart/build.mjs', import.meta.url).href;
  const { chart } = (await import(/* @vite-ignore */ builder)) as typeof Chart;
  console.log(await chart(pathFrom(standingIn(), file)));
}

async function measure(): Promise<void> {
  const measured = options.browser ? await inChromium() : await inNode();
  const result = await withPeers(measured);
  const json = `${JSON.stringify(result, null, 2)}\n`;
  const written = { json: () => json, csv: asCsv, markdown: asMarkdown, text: asText };
  console.log(written[options.format](result).trimEnd());
  if (options.save) save(result, json);
}

/** The tools' sources lie beside the bundle, in the repository. */
async function compileForCards(): Promise<void> {
  const folder = new URL('../bench/static/', import.meta.url);
  const { device, close } = await openGpu(options.adapter, { largeTensors: true });
  try {
    const result: StaticResult = {
      ...originOf(),
      ...(await measureStatic({ device, folder, tell })),
    };
    const json = `${JSON.stringify(result, null, 1)}\n`;
    const written = { json: () => json, markdown: staticAsMarkdown, text: staticAsText };
    const { format } = options;
    console.log(written[format === 'csv' ? 'text' : format](result).trimEnd());
    if (options.save) write(`${result.date.slice(0, 10)}-radv-static`, json);
  } finally {
    close();
  }
}

async function inNode(): Promise<Result> {
  // Without Mesa's shader cache a cold start is one.
  if (options.parts.includes('cold')) process.env['MESA_SHADER_CACHE_DISABLE'] = 'true';
  const origin = originOf();
  const opened: OpenGpu[] = [];
  const open = async () => {
    const gpu = await openGpu(options.adapter);
    opened.push(gpu);
    return gpu.device;
  };
  const residentBytes = () => process.memoryUsage.rss();
  try {
    const measured = await runBench(
      { runtime: 'node', residentBytes, watchCores, tell, open },
      options,
    );
    return { ...origin, ...measured };
  } finally {
    for (const { close } of opened) close();
  }
}

/** The driver needs the whole repository and its packages, so it is no part of this bundle. */
async function inChromium(): Promise<Result> {
  const driver = new URL('../bench/browser/drive.mjs', import.meta.url).href;
  const { drive } = (await import(/* @vite-ignore */ driver)) as typeof Driver;
  const origin = originOf();
  const { measured, version } = await drive(options, tell);
  return { ...origin, ...measured, versions: { chromium: version } };
}

/** The race needs the whole repository and packages of its own, so it is no part of this bundle. */
async function withPeers(result: Result): Promise<Result> {
  const { peers: against, network, batch, rounds } = options;
  if (!against) return result;
  const driver = new URL('../bench/peers/drive.mjs', import.meta.url).href;
  const { drive } = (await import(/* @vite-ignore */ driver)) as typeof Peers;
  const runtime = options.browser ? 'chromium' : 'node';
  return { ...result, peers: await drive({ runtime, network, batch, rounds, against }, tell) };
}

/** bench/results/2026-11-23-llvmpipe-node.json; -peers where the race is all that was asked for. */
function save({ date, adapter, runtime }: Result, json: string): void {
  const name = /llvmpipe|swiftshader/i.exec(adapter.name)?.[0] ?? adapter.name;
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const raced = options.network === 'reference' ? '-peers' : `-peers-${options.network}`;
  const what = options.parts.length === 0 ? raced : '';
  write(`${date.slice(0, 10)}-${slug}-${runtime}${what}`, json);
}

function write(name: string, json: string): void {
  const file = `bench/results/${name}.json`;
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(file, json);
  tell(`written: ${file}`);
}
