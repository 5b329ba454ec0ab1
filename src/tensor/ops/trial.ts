// What the tuner needs of a contraction: its shape in a line, and memory to run it over.
import type { Device } from '../device.ts';
import type { Tensor } from '../tensor.ts';
import type { ConvShape } from './convShape.ts';
import { fill } from './fill.ts';

/** Such as `128x13x13x32 → 64, 3x3`, then what is not as usual. */
export function show(s: ConvShape): string {
  const more = [
    s.strideH * s.strideW > 1 && `stride ${s.strideH}x${s.strideW}`,
    s.top + s.left + s.bottom + s.right > 0 && `padding ${s.top},${s.left},${s.bottom},${s.right}`,
    s.pool && 'pooled',
    s.dilationH * s.dilationW > 1 && `dilation ${s.dilationH}x${s.dilationW}`,
  ].filter((text) => typeof text === 'string');
  return [`${s.N}x${s.H}x${s.W}x${s.C} → ${s.K}`, `${s.R}x${s.S}`, ...more].join(', ');
}

/** x, w, b and y of one contraction, full of halves; and with a pool the place of each maximum. */
export function trialTensors(
  device: Device,
  s: ConvShape,
): { x: Tensor; w: Tensor; b: Tensor; y: Tensor; which: Tensor } {
  const [P, Q] = s.pool ? [Math.floor(s.P / 2), Math.floor(s.Q / 2)] : [s.P, s.Q];
  const half = (...shape: number[]) => fill(device.empty(shape, 'f32', 'trial'), 0.5);
  return {
    x: half(s.N, s.H, s.W, s.C),
    w: half(s.R, s.S, s.C, s.K),
    b: half(s.K),
    y: half(s.N, P, Q, s.K),
    which: device.zeros([s.N, P, Q, Math.ceil(s.K / 4)], 'u32'),
  };
}
