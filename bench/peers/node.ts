// The race in Node, on Dawn. The request comes as JSON in the only argument; what was measured goes to its `file`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { create, globals } from 'webgpu';
import { nap } from '../../src/app/cli/gpu.ts';
import { type Request, runRace } from './contenders.ts';

interface NodeRequest extends Request {
  readonly file: string;
  /** Folder of TensorFlow.js' .wasm files. */
  readonly wasmFolder: string;
}

const request = JSON.parse(process.argv[2] ?? '{}') as NodeRequest;
process.env['XDG_RUNTIME_DIR'] ??= tmpdir(); // drivers ask for one; a container has none
const gpu = create([]);
Object.assign(globalThis, globals); // peers look for GPUBufferUsage and its like
Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node' } });

/** It takes itself for CommonJS. */
const loadWasm = () => {
  const require = createRequire(import.meta.url);
  Object.assign(globalThis, { require, __dirname: request.wasmFolder });
  return import('@tensorflow/tfjs-backend-wasm');
};

const stopNapping = nap();
const tell = (line: string) => process.stderr.write(`· ${line}\n`);
const peers = await runRace(gpu, request, tell, loadWasm);
const note = 'the host slept a millisecond a turn of its loop while it waited';
const noted = peers.map((peer) => ({ ...peer, notes: [...peer.notes, note] }));
writeFileSync(request.file, JSON.stringify(noted));
stopNapping();
process.exit(0); // the peers' devices would keep Dawn's loop turning
