// Where and when a result was made, as Node can tell.
import { createRequire } from 'node:module';
import { cpus, platform, release } from 'node:os';
import type { Origin } from './run.ts';

const versionOf = (name: string): string => {
  const require = createRequire(import.meta.url);
  return (require(`${name}/package.json`) as { version: string }).version;
};

/** What share of the cores' time other processes take from now on. */
export function watchCores(): () => number {
  const now = () => {
    const times = cpus().map(({ times }) => times);
    const idleMs = times.reduce((sum, { idle }) => sum + idle, 0);
    const allMs = times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.irq + t.idle, 0);
    const { user, system } = process.cpuUsage();
    return { allMs, othersMs: allMs - idleMs - (user + system) / 1000 };
  };
  const start = now();
  return () => {
    const end = now();
    return Math.max(0, (end.othersMs - start.othersMs) / (end.allMs - start.allMs));
  };
}

export function originOf(): Origin {
  const models = cpus().map(({ model }) => model.trim());
  return {
    date: new Date().toISOString(),
    commit: import.meta.env['COMMIT'] as string,
    machine: `${models.length} × ${models[0] ?? 'unknown CPU'}, ${platform()} ${release()}`,
    versions: { node: process.versions.node, webgpu: versionOf('webgpu') },
  };
}
