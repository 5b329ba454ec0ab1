// Run by Deno, whose WebGPU is wgpu: compiles WGSL with naga, Firefox's compiler.
// In: {file: source} as JSON. Out: {adapter, errors, lacking}, the latter two by file, as JSON.
import process from 'node:process';
import { text } from 'node:stream/consumers';

/** The feature behind each `enable` directive. */
const FEATURES: Readonly<Record<string, GPUFeatureName>> = {
  f16: 'shader-f16',
  subgroups: 'subgroups',
};

const sources = JSON.parse(await text(process.stdin)) as Record<string, string>;
const errors: Record<string, string> = {};
const lacking: Record<string, string> = {};
let adapter: string | null = null;

for (const [file, source] of Object.entries(sources)) {
  const enabled = [...source.matchAll(/^enable (\w+);/gm)].map(([, name = '']) => name);
  const device = await open(enabled.flatMap((name) => FEATURES[name] ?? []));
  if (!device) {
    lacking[file] = enabled.join(', ');
    continue;
  }
  // naga has the subgroup functions but not yet the directive (gfx-rs/wgpu issue 5555).
  const code = source.replace(/^enable subgroups;/m, '');
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code, label: file });
  const { messages } = await module.getCompilationInfo();
  const error = await device.popErrorScope();
  const compile = messages.find(({ type }) => type === 'error');
  if (compile ?? error) errors[file] = compile?.message ?? error?.message ?? '';
}
process.stdout.write(JSON.stringify({ adapter, errors, lacking }));

/** A device with these features; Deno grants subgroups without listing them, so asking is the test. */
async function open(requiredFeatures: GPUFeatureName[]): Promise<GPUDevice | undefined> {
  const found = await navigator.gpu.requestAdapter();
  adapter = found?.info.description ?? null;
  return found?.requestDevice({ requiredFeatures }).catch(() => undefined);
}
