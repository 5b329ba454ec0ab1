// Builds, one a mode: `vite build --mode library|train|bench|page`. Without a mode: the page, served.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The public API of tensor and nn as one readable module. */
const library: UserConfig = {
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

/** Fonts come in parts by script: those that English text needs are kept from the first visit on. */
const isKept = (name: string) =>
  !name.endsWith('.map') && (!name.endsWith('.woff2') || /-latin-(?!ext)/.test(name));

/** The service worker, and the list of what it keeps; the page's fonts asked for before its style is read. */
const offline: Plugin = {
  name: 'offline',
  apply: 'build',
  enforce: 'post',
  buildStart() {
    this.emitFile({
      type: 'chunk',
      id: at('src/app/web/serviceWorker.ts'),
      fileName: 'serviceWorker.js',
    });
  },
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2') && isKept(name));
      const common = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true };
      return fonts.map((name) => ({
        tag: 'link',
        injectTo: 'head',
        attrs: { ...common, href: `./${name}` },
      }));
    },
  },
  generateBundle(_, bundle) {
    const worker = bundle['serviceWorker.js'];
    if (worker?.type !== 'chunk') return;
    const digest = createHash('sha256');
    const files = Object.values(bundle).filter((file) => file !== worker && isKept(file.fileName));
    for (const file of files) digest.update(file.type === 'chunk' ? file.code : file.source);
    const names = files.map(({ fileName }) => `./${fileName === 'index.html' ? '' : fileName}`);
    worker.code = worker.code
      .replaceAll('PAGE_FILES', JSON.stringify(names.sort()))
      .replaceAll('PAGE_DIGEST', JSON.stringify(digest.digest('hex').slice(0, 16)));
  },
};

const page: UserConfig = {
  plugins: [offline],
  root: at('src/app/web'),
  base: './',
  server: { fs: { allow: [at('.')] } },
  // Only the worker imports it: found late, it would make vite reload the page once.
  optimizeDeps: { include: ['fflate'] },
  worker: { format: 'es' },
  build: { outDir: at('dist/page'), emptyOutDir: true, target: 'es2023' },
};

export default defineConfig(({ mode }) => {
  switch (mode) {
    case 'library':
      return library;
    case 'train':
      return program('train', 'src/app/cli/train.ts');
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
