// weft as the tests' engine: its own functions, nothing between.
import { adagrad, adam, adamW, OptimizerState, rmsprop, sgd } from '../../src/nn/index.ts';
import * as weft from '../../src/tensor/index.ts';
import type { Engine } from '../engine.ts';

const RECIPES = { sgd, adagrad, adam, adamW, rmsprop };

export function gpuEngine(device: weft.Device): Engine<weft.Tensor> {
  return {
    name: `weft on ${device.info.description}`,
    ops: weft,
    tensor: (data, shape, dtype) => device.tensor(data, shape, dtype),
    read: (x) => x.data(),
    valueAndGrad: weft.valueAndGrad,
    vjp: weft.vjp,
    record(f) {
      const recording = device.capture(f);
      recording.replay();
      return recording.result;
    },
    write: (x, data) => device.write(x, data),
    optimizer(kind, { lr, ...options }, parameter) {
      const optimizer = new OptimizerState(
        RECIPES[kind]({ learningRate: lr, ...options }),
        parameter,
      );
      const state = device.tensor([0, 0], [2], 'u32');
      return {
        moments: optimizer.moments,
        update(gradient, step) {
          optimizer.prepare(step, 1);
          device.write(state, [0, step]);
          optimizer.update(gradient, state);
        },
      };
    },
  };
}
