// Builds, one a mode: `vite build --mode library|train|sweep|trained|bench|page`. Without a mode: the page, served.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';
import { licenses } from './scripts/licenses.ts';
import { offline } from './scripts/offline.ts';
import { policy } from './scripts/policy.ts';
import { withoutKernels } from './scripts/withoutKernels.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The public API of tensor and nn as one readable module. */
const library: UserConfig = {
  plugins: [licenses(at('.'), 'weft.licenses.txt').main],
  build: {
    lib: { entry: at('src/index.ts'), formats: ['es'], fileName: 'weft' },
    outDir: at('dist'),
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    target: 'es2023',
  },
};

/** A program for Node: everything inlined but Dawn, which is a native module, and what only few need. */
const program = (name: string, entry: string): UserConfig => ({
  logLevel: 'warn',
  plugins: [licenses(at('.'), `${name}.licenses.txt`).main],
  ssr: { noExternal: true, external: ['webgpu', 'undici'] },
  build: {
    ssr: true,
    rolldownOptions: { input: { [name]: at(entry) }, output: { codeSplitting: false } },
    outDir: at('dist'),
    emptyOutDir: false,
    sourcemap: true,
    target: 'node20',
  },
});

/** What a bench says it measured: `+` stands for changes that are not committed. */
function commit(): string {
  try {
    const args = ['describe', '--always', '--abbrev=12', '--dirty=+', '--exclude=*'];
    return execFileSync('git', args, { cwd: at('.'), encoding: 'utf8' }).trim();
  } catch {
    return 'unknown'; // no git, or no repository
  }
}

const pageLicenses = licenses(at('.'), 'licenses.txt');

const page: UserConfig = {
  plugins: [withoutKernels, policy, pageLicenses.main, offline(at('src/app/web/serviceWorker.ts'))],
  root: at('src/app/web'),
  base: './',
  server: { fs: { allow: [at('.')] } },
  // Only the worker imports them: found late, they would make vite reload the page once.
  optimizeDeps: { include: ['fflate', 'pako/browser/inflate'] },
  worker: { format: 'es', plugins: pageLicenses.worker },
  build: { outDir: at('dist/page'), emptyOutDir: true, target: 'es2023' },
};

export default defineConfig(({ mode }) => {
  switch (mode) {
    case 'library':
      return library;
    case 'train':
      return program('train', 'src/app/cli/train.ts');
    case 'sweep':
      return program('sweep', 'src/app/cli/sweep.ts');
    case 'trained':
      return program('trained', 'src/app/cli/trained/trained.ts');
    case 'bench':
      return {
        ...program('bench', 'bench/bench.ts'),
        define: { 'import.meta.env.COMMIT': JSON.stringify(commit()) },
      };
    case 'benchGpu':
      return program('gpu', 'bench/gpu/gpu.ts');
    default:
      return page;
  }
});
