// The networks of the race in TensorFlow.js' core API, fused as far as the library itself can: while gradients are asked for
// it takes the ReLU apart again.
import * as tf from '@tensorflow/tfjs-core';
import { NORM, type NetworkName } from './contender.ts';

/** By weft's names: parameters, and the running statistics of normalizations. */
export type Variables = (name: string) => tf.Variable;

/** Training, `mask` is dropout's and the statistics are moved; else it is undefined. */
type Forward = (variable: Variables, x: tf.Tensor, training?: { mask: tf.Tensor }) => tf.Tensor;

const pool = (x: tf.Tensor) => tf.maxPool(x, 2, 2, 'valid');

export const FORWARD: Readonly<Record<NetworkName, Forward>> = {
  reference(variable, x, training) {
    const conv = (x: tf.Tensor, name: string) =>
      tf.fused.conv2d({
        x,
        filter: variable(`${name}.weight`),
        bias: variable(`${name}.bias`),
        strides: 1,
        pad: 'valid',
        activation: 'relu',
      });
    const features = conv(pool(conv(pool(conv(x, 'conv1')), 'conv2')), 'conv3');
    const flat = tf.reshape(features, [x.shape[0] as number, -1]);
    const hidden = dense(variable, flat, 'fc1', 'relu');
    return dense(variable, training ? tf.mul(hidden, training.mask) : hidden, 'fc2', 'linear');
  },

  air(variable, x, training) {
    const conv = (x: tf.Tensor, name: string) =>
      tf.conv2d(x, variable(`${name}.weight`), 1, 'same');
    const norm = (x: tf.Tensor, name: string) => {
      const [weight, bias, running, runningVariance] = ['weight', 'bias', 'mean', 'variance'].map(
        (part) => variable(`${name}.${part}`),
      ) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
      if (!training) return tf.batchNorm(x, running, runningVariance, bias, weight, NORM.epsilon);
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const [N, H, W] = x.shape as [number, number, number];
      const count = N * H * W;
      const towards = (from: tf.Variable, to: tf.Tensor, factor: number) =>
        from.assign(tf.add(tf.mul(from, 1 - NORM.momentum), tf.mul(to, NORM.momentum * factor)));
      towards(running, mean, 1);
      towards(runningVariance, variance, count / (count - 1));
      return tf.batchNorm(x, mean, variance, bias, weight, NORM.epsilon);
    };
    const group = (x: tf.Tensor, i: number) => {
      const y = tf.relu(norm(pool(conv(x, `conv${i}`)), `norm${i}`));
      const body = `residual${i}.body`;
      return tf.add(y, tf.relu(norm(conv(y, `${body}.conv1`), `${body}.norm1`)));
    };
    const features = tf.max(group(group(group(x, 1), 2), 3), [1, 2]);
    return dense(variable, features, 'fc1', 'linear');
  },
};

const dense = (variable: Variables, a: tf.Tensor, name: string, activation: 'linear' | 'relu') =>
  tf.fused.matMul({ a, b: variable(`${name}.weight`), bias: variable(`${name}.bias`), activation });
