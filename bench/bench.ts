// `npm run bench`: verifies, measures, tells. The measuring itself is in run.ts and knows nothing of Node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type OpenGpu, openGpu } from '../src/app/cli/gpu.ts';
import { readOptions } from './options.ts';
import type * as Peers from './peers/drive.mjs';
import { originOf } from './origin.ts';
import { asCsv, asMarkdown, asText } from './report/text.ts';
import type { Result } from './result.ts';
import { runBench } from './run.ts';

const options = readOptions(process.argv.slice(2));
if (options.parts.includes('cold')) process.env['MESA_SHADER_CACHE_DISABLE'] = 'true';

const opened: OpenGpu[] = [];
const origin = originOf();
const tell = (line: string) => process.stderr.write(`· ${line}\n`);

try {
  const measured = await runBench(
    {
      runtime: 'node',
      residentBytes: () => process.memoryUsage.rss(),
      tell,
      async open() {
        const gpu = await openGpu(options.adapter);
        opened.push(gpu);
        return gpu.device;
      },
    },
    options,
  );
  const result = await withPeers({ ...origin, ...measured });
  const json = `${JSON.stringify(result, null, 2)}\n`;
  const written = { json: () => json, csv: asCsv, markdown: asMarkdown, text: asText };
  console.log(written[options.format](result).trimEnd());
  if (options.save) save(result, json);
} catch (error) {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  for (const { close } of opened) close();
}

/** The race needs the whole repository and packages of its own, so it is no part of this bundle. */
async function withPeers(result: Result): Promise<Result> {
  const { peers: against, batch, rounds } = options;
  if (!against) return result;
  const driver = new URL('../bench/peers/drive.mjs', import.meta.url).href;
  const { drive } = (await import(/* @vite-ignore */ driver)) as typeof Peers;
  const runtime = options.browser ? 'chromium' : 'node';
  return { ...result, peers: await drive({ runtime, batch, rounds, against }, tell) };
}

/** bench/results/2026-11-23-llvmpipe-node.json */
function save({ date, adapter, runtime }: Result, json: string): void {
  const name = /llvmpipe|swiftshader/i.exec(adapter.name)?.[0] ?? adapter.name;
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  mkdirSync('bench/results', { recursive: true });
  const file = `bench/results/${date.slice(0, 10)}-${slug}-${runtime}.json`;
  writeFileSync(file, json);
  tell(`written: ${file}`);
}
