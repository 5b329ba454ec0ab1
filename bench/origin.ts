// Where and when a result was made, as Node can tell.
import { createRequire } from 'node:module';
import { cpus, platform, release } from 'node:os';
import type { Origin } from './run.ts';

const versionOf = (name: string): string => {
  const require = createRequire(import.meta.url);
  return (require(`${name}/package.json`) as { version: string }).version;
};

export function originOf(): Origin {
  const models = cpus().map(({ model }) => model.trim());
  return {
    date: new Date().toISOString(),
    commit: import.meta.env['COMMIT'] as string,
    machine: `${models.length} × ${models[0] ?? 'unknown CPU'}, ${platform()} ${release()}`,
    versions: { node: process.versions.node, webgpu: versionOf('webgpu') },
  };
}
