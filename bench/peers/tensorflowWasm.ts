// TensorFlow.js on its WASM backend, which cannot train a convolution by itself: it has no kernel for the
// gradient of the filter. That one is made here of ops that it has.
import type * as wasmBackend from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Contender, Task } from './contender.ts';
import { tensorflow } from './tensorflow.ts';

/** @param load brings the backend, which registers itself */
export async function wasm(task: Task, load: () => Promise<WasmBackend>): Promise<Contender> {
  const { getThreadsCount } = await load();
  if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend does not start here');
  const notes = [`SIMD, ${getThreadsCount()} thread(s), its own choice`];
  if (!tf.getKernel('Conv2DBackpropFilter', 'wasm')) {
    tf.registerKernel({
      kernelName: 'Conv2DBackpropFilter',
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) =>
        filterGradient(
          inputs['x'] as tf.Tensor,
          inputs['dy'] as tf.Tensor,
          attrs['filterShape'] as Four,
        ),
    });
    notes.push('its missing Conv2DBackpropFilter is made of slice, concat, transpose and matMul');
  }
  return tensorflow(task, 'wasm', notes);
}

export type WasmBackend = typeof wasmBackend;

type Four = [number, number, number, number];

/**
 * dw[r,s,c,k] = Σ x[n,p+r,q+s,c] · dy[n,p,q,k], stride 1, no padding: the windows of x as the columns of
 * a matrix (im2col), times dy.
 */
function filterGradient(x: tf.Tensor, dy: tf.Tensor, [R, S, C, K]: Four): tf.Tensor {
  const [N, P, Q] = dy.shape as Four;
  return tf.tidy(() => {
    const windows: tf.Tensor[] = [];
    for (let r = 0; r < R; r++)
      for (let s = 0; s < S; s++)
        windows.push(tf.reshape(tf.slice(x, [0, r, s, 0], [N, P, Q, C]), [N * P * Q, C]));
    const columns = tf.transpose(tf.concat(windows, 1), [1, 0]);
    return tf.reshape(tf.matMul(columns, tf.reshape(dy, [N * P * Q, K])), [R, S, C, K]);
  });
}
