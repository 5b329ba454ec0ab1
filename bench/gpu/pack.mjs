// `npm run bench:pack`: packs the bench for a Linux machine with a GPU, without network and without Node:
// dist/weft-gpu-bench.tar. There: `tar xf weft-gpu-bench.tar && sh weft-gpu-bench/run.sh OUT`.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const MOST_BYTES = 64 * 2 ** 20;

/** What Dawn, the Vulkan loader and a vendor's driver ask for, and a container often lacks; by their Debian packages. */
const LIBRARIES = [
  'libvulkan.so.1',
  'libstdc++.so.6',
  'libgcc_s.so.1',
  'libX11.so.6',
  'libXext.so.6',
  'libxcb.so.1',
  'libXau.so.6',
  'libXdmcp.so.6',
  'libbsd.so.0',
  'libmd.so.0',
  'libGLdispatch.so.0',
  'libGLX.so.0',
  'libEGL.so.1',
];
/** Without these there is no bench there; the others are for drivers that want them. */
const NEEDED = new Set(['libvulkan.so.1', 'libstdc++.so.6', 'libgcc_s.so.1']);
const ABI = process.arch === 'arm64' ? 'AArch64' : 'x86-64';

if (process.platform !== 'linux')
  fail(`it packs for Linux from Linux, this is ${process.platform}`);

const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
  execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 });

const dist = join(ROOT, 'dist');
const folder = join(dist, 'weft-gpu-bench');
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'lib'), { recursive: true });

for (const mode of ['bench', 'benchGpu']) run('npx', ['vite', 'build', '--mode', mode]);
copyFileSync(join(dist, 'bench.js'), join(folder, 'bench.js'));
copyFileSync(join(dist, 'gpu.js'), join(folder, 'gpu.js'));
for (const file of ['run.sh', 'torch_bench.py']) copyFileSync(join(HERE, file), join(folder, file));

// Node's symbols are left out; what remains compresses to a quarter.
copyFileSync(process.execPath, join(folder, 'node'));
try {
  run('strip', [join(folder, 'node')]);
} catch {
  say('strip is not here: Node goes with its symbols');
}
compress(join(folder, 'node'));

const webgpu = join(ROOT, 'node_modules/webgpu');
const native = `dist/linux-${process.arch}`;
mkdirSync(join(folder, 'webgpu', native), { recursive: true });
for (const file of ['package.json', 'index.js', 'LICENSE.md', `${native}/dawn.node`])
  copyFileSync(join(webgpu, file), join(folder, 'webgpu', file));
compress(join(folder, 'webgpu', native, 'dawn.node'));

const known = run('/sbin/ldconfig', ['-p']);
for (const name of LIBRARIES) {
  const path = known.match(
    new RegExp(`${name.replaceAll(/[.+]/g, '\\$&')} \\(.*${ABI}.*\\) => (.*)`),
  )?.[1];
  if (path && existsSync(path)) cpSync(path, join(folder, 'lib', name), { dereference: true });
  else if (NEEDED.has(name))
    fail(`${name} is not on this machine: install its package (libvulkan1, libstdc++6)`);
}

const packed = {
  commit: run('git', ['rev-parse', '--short=12', 'HEAD']).trim(),
  dirty: run('git', ['status', '--porcelain', '--untracked-files=no']).trim() !== '',
  packedAt: new Date().toISOString(),
  node: process.versions.node,
  webgpu: run('node', ['-p', 'require("webgpu/package.json").version']).trim(),
};
writeFileSync(join(folder, 'packed.json'), `${JSON.stringify(packed)}\n`);

const archive = join(dist, 'weft-gpu-bench.tar');
run('tar', ['-C', dist, '--owner=0', '--group=0', '-cf', archive, 'weft-gpu-bench']);
const { size } = statSync(archive);
if (size > MOST_BYTES) fail(`the archive has ${size} bytes, at most ${MOST_BYTES} may travel`);
say(`dist/weft-gpu-bench.tar, ${(size / 2 ** 20).toFixed(1)} MiB. On the other machine:`);
say('  tar xf weft-gpu-bench.tar && sh weft-gpu-bench/run.sh OUT');
say('and with what comes back: node bench/gpu/read.mjs OUT/weft-gpu-bench.json');

/** @param {string} path */
function compress(path) {
  run('xz', ['-6', '-T0', '--force', path]);
}

/** @param {string} line */
function say(line) {
  console.log(line);
}

/**
 * @param {string} why
 * @returns {never}
 */
function fail(why) {
  console.error(`pack: ${why}`);
  process.exit(1);
}
