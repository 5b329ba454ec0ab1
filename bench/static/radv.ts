// Mesa's driver of AMD's cards on its null device: from WGSL by way of Dawn's SPIR-V to what the compiler says. No card needed.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCompiled } from './assembly.ts';
import type { Compiled, FamilyName } from './result.ts';

/** A tool that is not there. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

export interface Radv {
  /** SPIR-V of each WGSL source. */
  readonly spirv: (sources: readonly string[]) => Promise<readonly Spirv[]>;
  readonly compile: (
    spirv: Spirv,
    family: FamilyName,
  ) => Promise<{ readonly device: string; readonly compiled: Compiled }>;
  /** Removes the files that it made. */
  readonly close: () => Promise<void>;
}

/** A kernel as Dawn hands it to a driver. */
export interface Spirv {
  readonly file: string;
  /** Invocations of a workgroup. */
  readonly invocations: number;
}

/** By which files of which packages (as Debian names them) the tools are known. */
const DRIVER = 'mesa-vulkan-drivers';
const DRIVER_FILES = ['/usr/share', '/usr/local/share', '/etc'].flatMap((root) =>
  ['radeon_icd.json', 'radeon_icd.x86_64.json'].map((name) => `${root}/vulkan/icd.d/${name}`),
);
const ENTRY = 'dawn_entry_point';

/**
 * Makes the tools ready.
 * @param folder bench/static, for the compiler's source and Dawn's driver
 * @throws Missing, with what to install
 */
export async function openRadv(folder: URL): Promise<Radv> {
  const driver = DRIVER_FILES.find((path) => existsSync(path));
  const work = await mkdtemp(join(tmpdir(), 'weft-static-'));
  const compiler = join(work, 'compile');
  const source = fileURLToPath(new URL('compile.c', folder));
  const works = async (file: string, args: readonly string[]) => (await run(file, args)).ok;
  const missing = [
    ...((await works('gcc', ['--version'])) ? [] : ['gcc', 'libc6-dev']),
    ...((await works('gcc', ['-O1', source, '-o', compiler, '-lvulkan'])) ? [] : ['libvulkan-dev']),
    ...((await works('spirv-as', ['--version'])) ? [] : ['spirv-tools']),
    ...(driver === undefined ? [DRIVER] : []),
  ];
  const close = () => rm(work, { recursive: true, force: true });
  if (missing.length > 0) {
    await close();
    throw new Missing(`--static amd lacks tools here; run: apt-get install ${missing.join(' ')}`);
  }
  return {
    close,
    async spirv(sources) {
      const files = sources.map((_, i) => join(work, `${i}.wgsl`));
      await Promise.all(sources.map((text, i) => writeFile(files[i] as string, text)));
      const dump = fileURLToPath(new URL('dump.mjs', folder));
      const { ok, stdout, stderr } = await run(process.execPath, [dump, ...files]);
      if (!ok) throw new Error(`Dawn made no SPIR-V: ${stderr.trim()}`);
      const parts = stdout.split(/^\/\/ File: .*$/m).slice(1);
      return Promise.all(
        files.map((file, i) => assembled(file.replace(/wgsl$/, 'spv'), parts[i] ?? '')),
      );
    },
    async compile({ file }, family) {
      const env = {
        RADV_DEBUG: 'nocache', // what comes from a cache has no statistics
        RADV_FORCE_FAMILY: family,
        VK_DRIVER_FILES: driver,
        VK_ICD_FILENAMES: driver, // of older loaders
      };
      const { ok, stdout, stderr } = await run(compiler, [file, ENTRY], env);
      if (!ok) throw new Error(`RADV compiles no ${family}: ${stderr.trim()}`);
      return readCompiled(stdout);
    },
  };
}

/** What spirv-as of 2023 does not know, and a driver may ignore. */
const TOO_NEW = /^.*(?:MaximallyReconvergesKHR|SPV_KHR_maximal_reconvergence).*\n/gm;

async function assembled(file: string, dump: string): Promise<Spirv> {
  const begin = dump.indexOf('; SPIR-V');
  const end = dump.lastIndexOf('OpFunctionEnd') + 'OpFunctionEnd'.length;
  if (begin < 0) throw new Error(`Dawn told no SPIR-V of ${file}: ${dump.slice(0, 2000)}`);
  const text = dump.slice(begin, end).replace(TOO_NEW, '');
  const size = /OpExecutionMode \S+ LocalSize (\d+) (\d+) (\d+)/.exec(text)?.slice(1) ?? [];
  await writeFile(`${file}asm`, `${text}\n`);
  const args = ['--target-env', 'spv1.4', `${file}asm`, '-o', file];
  const { ok, stderr } = await run('spirv-as', args);
  if (!ok) throw new Error(`spirv-as: ${stderr.trim()}`);
  return { file, invocations: size.map(Number).reduce((product, n) => product * n, 1) };
}

interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  file: string,
  args: readonly string[],
  extra: Readonly<Record<string, string | undefined>> = {},
): Promise<Ran> {
  const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env, ...extra };
  return new Promise((resolve) => {
    execFile(file, args, { env, maxBuffer: 2 ** 30 }, (error, stdout, stderr) =>
      resolve({ ok: !error, stdout, stderr: stderr || (error?.message ?? '') }),
    );
  });
}
