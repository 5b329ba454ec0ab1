// Makes sure of what npm cannot install: `node scripts/setup.mjs [vulkan] [browser]`.
// Says nothing when all is there. As root on Debian or Ubuntu it installs what is missing;
// otherwise it prints one line that says what to run.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BACKPORTS = '/etc/apt/sources.list.d/weft-backports.list';
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** @type {Record<string, { what: string, works: () => Promise<boolean>, install: () => Promise<void> }>} */
const PARTS = {
  vulkan: { what: 'a Vulkan driver that WebGPU can use', works: hasAdapter, install: installMesa },
  browser: { what: 'a Chromium', works: hasChromium, install: installChromium },
};

process.stderr.on('error', () => {}); // nobody reads: the work is done all the same
const parts = process.argv.slice(2).map((name) => {
  if (Object.hasOwn(PARTS, name)) return /** @type {typeof PARTS[string]} */ (PARTS[name]);
  return fail(`there is no part ${name}, only ${Object.keys(PARTS).join(', ')}`);
});
const working = await Promise.all(parts.map((part) => part.works()));
for (const part of parts.filter((_, i) => !working[i])) {
  await part.install();
  if (!(await part.works())) fail(`installed ${part.what}, but it does not work here${hint()}`);
}

/** Asks Dawn itself, in a process of its own: a bad driver may take it down. */
async function hasAdapter() {
  const probe = `
    import { create } from 'webgpu';
    const adapter = await create([]).requestAdapter();
    if (adapter && (await adapter.requestDevice())) process.stdout.write('usable');
    process.exit(0);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', probe], MINUTE);
  return stdout.includes('usable');
}

async function hasChromium() {
  const { findChromium } = await import('./chromium.mjs');
  const path = findChromium();
  return path !== undefined && (await run(path, ['--version'], MINUTE)).ok; // fails on missing libraries
}

async function installMesa() {
  if (process.platform !== 'linux') fail('WebGPU found no adapter; install a graphics driver');
  const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
  if (!(await canInstall())) {
    fail(`WebGPU found no Vulkan driver${hint()}; run: ${await asRoot('vulkan', packages)}`);
  }
  say('installing a Vulkan driver (Mesa), once');
  // Dawn refuses Debian 12's own Mesa 22.3.
  await apt(isDebian12() ? ['-t', await addBackports(), ...packages] : packages);
}

async function installChromium() {
  say('installing Chromium for the tests, once');
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(5 * SECOND) };
  const playwright = (/** @type {string[]} */ ...args) =>
    run(process.execPath, ['node_modules/playwright/cli.js', ...args], 10 * MINUTE, env);
  if ((await playwright('install', '--no-shell', 'chromium')).ok) {
    if (await canInstall()) await playwright('install-deps', 'chromium');
    return;
  }
  const packages = ['chromium', 'fonts-dejavu-core'];
  if (!(await canInstall())) fail(`found no Chromium; run: ${await asRoot('browser', packages)}`);
  await apt(packages);
}

/** @param {string[]} packages */
async function apt(packages) {
  const options = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...options, 'update'], 5 * MINUTE); // may fail for a source that does not matter here
  const args = [...options, 'install', '--no-install-recommends', ...packages];
  const { ok, output } = await run('apt-get', args, 20 * MINUTE);
  if (ok) return;
  const end = output.trim().split('\n').slice(-8).join('\n');
  fail(`apt-get ${args.join(' ')} failed:\n${end}`);
}

/** The backports suite of Debian 12, from the mirror that this machine uses already. */
async function addBackports() {
  const suite = 'bookworm-backports';
  const format = ['--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'];
  const known = (await run('apt-get', ['indextargets', ...format])).stdout.split('\n');
  const mirror = known.find((line) => line.endsWith(' bookworm'))?.split(' ')[0];
  if (!known.some((line) => line.endsWith(` ${suite}`))) {
    writeFileSync(BACKPORTS, `deb ${mirror ?? 'http://deb.debian.org/debian'} ${suite} main\n`);
  }
  return suite;
}

function isDebian12() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=debian$/m.test(release) && /^VERSION_ID="?12"?$/m.test(release);
}

/**
 * What a person without root has to run.
 * @param {string} part
 * @param {string[]} packages
 */
async function asRoot(part, packages) {
  return (await hasApt())
    ? `sudo ${process.execPath} scripts/setup.mjs ${part}`
    : `your package manager, for ${packages.join(' and ')} (names as in Debian)`;
}

async function canInstall() {
  return process.getuid?.() === 0 && hasApt();
}

async function hasApt() {
  return (await run('apt-get', ['--version'])).ok;
}

function hint() {
  const set = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES'].find((name) => process.env[name]);
  return set ? ` (${set} is ${process.env[set]})` : '';
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} extra
 * @returns {Promise<{ ok: boolean, stdout: string, output: string }>}
 */
function run(command, args, timeout = 10 * SECOND, extra = {}) {
  const env = {
    XDG_RUNTIME_DIR: tmpdir(),
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    ...extra,
  };
  const options = { cwd: ROOT, env, timeout, maxBuffer: 2 ** 28 };
  return new Promise((resolve) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ ok: !error, stdout, output: stdout + stderr });
    });
    child.stdin?.end();
  });
}

/** @param {string} line */
function say(line) {
  console.error(`setup: ${line}`); // standard output belongs to what follows
}

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  console.error(`setup: ${line}`);
  process.exit(1);
}
