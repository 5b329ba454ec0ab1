// Finds the Chromium for tests: Playwright's own where it is installed, else the system's.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Flags under which headless Chromium offers WebGPU, on SwiftShader where there is no GPU. */
export const CHROMIUM_ARGS = [
  '--enable-unsafe-webgpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Path of a Chromium, or undefined when there is none. */
export function findChromium() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const system = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [chromium.executablePath(), ...system].find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
