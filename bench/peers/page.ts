// The race in a page: the driver calls `race`, and gives `tell` to hear how it goes.
import * as tf from '@tensorflow/tfjs-core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import script from '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js?url';
import { type Request, runRace } from './contenders.ts';
import type { WasmBackend } from './tensorflowWasm.ts';

/** As it is published: it sends the source of its own functions to its workers, and bundling breaks them. */
async function loadWasm(): Promise<WasmBackend> {
  const scope = globalThis as { tf?: object & { wasm?: WasmBackend } };
  scope.tf = { ...tf };
  const element = document.createElement('script');
  const loaded = new Promise((resolve, reject) => {
    element.addEventListener('load', resolve);
    element.addEventListener('error', reject);
  });
  element.src = script;
  document.head.append(element);
  await loaded;
  const { wasm } = scope.tf;
  if (!wasm) throw new Error('the WASM backend did not register itself');
  wasm.setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  return wasm;
}

declare global {
  interface Window {
    race: (request: Request) => ReturnType<typeof runRace>;
    tell: (line: string) => void;
  }
}

window.race = (request) => runRace(navigator.gpu, request, (line) => window.tell(line), loadWasm);
