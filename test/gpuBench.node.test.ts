// The reader of what the packed GPU bench brings back.
import { describe, expect, test } from 'vitest';
import { fileName, readGpuBench, summary } from '../bench/gpu/read.mjs';

const timing = { medianMs: 2, lowMs: 1.5, highMs: 2.5 };
const result = {
  format: 'weft-gpu-bench/1',
  date: '2026-11-23T12:00:00.000Z',
  machine: { gpu: 'Some Card, 1.2' },
  packed: { commit: 'abc', dirty: false },
  probe: { adapter: { name: 'driver (1.2)', device: 'Some Card' } },
  verify: {
    cases: 3,
    failed: [{ op: 'conv2d', variant: 'tiled', case: '[1,2]', error: 'y[3]: got 1, want 2' }],
  },
  steps: { times: [{ batch: 128, variant: 'usual', step: timing, aloneMs: 3, encodeMs: 0.1 }] },
  torch: {
    torch: '2.11',
    device: 'Some Card',
    curves: [{ batch: 128, float32Off: 1e-7, weftOff: { tiled: 2e-7 } }],
    steps: [
      { batch: 128, way: 'eager', tf32: true, step: timing },
      {
        batch: 128,
        way: 'torch.compile',
        tf32: true,
        failed: `no cc in ${['', 'home', 'me'].join('/')}/bin`,
      },
    ],
  },
  bench: null,
};

describe('the result of the packed bench', () => {
  test('is told with what was wrong, what was timed, and what was not', () => {
    const all = readGpuBench(JSON.stringify(result));
    const told = summary(all);
    expect(told).toContain('2 of 3 cases right');
    expect(told).toContain('WRONG conv2d tiled [1,2]: y[3]: got 1, want 2');
    expect(told).toContain('| 128 | weft, usual | 2.000 | 1.500–2.500 | 64,000 |');
    expect(told).toContain('| 128 | PyTorch, eager, TF32 on | 2.000 |');
    expect(told).toContain('not timed: PyTorch, torch.compile: no cc in …');
    expect(told).toContain(
      'losses at batch 128, furthest from float64: tiled 2.0e-7; PyTorch 1.0e-7',
    );
  });

  test('keeps no path of the machine it was taken on, and is named by day and adapter', () => {
    const all = readGpuBench(JSON.stringify(result));
    expect(JSON.stringify(all)).not.toContain('/me/bin');
    expect(fileName(all, 'gpu')).toBe('2026-11-23-some-card-gpu.json');
  });

  test('is refused where it is none', () => {
    expect(() => readGpuBench('{"format": "weft-run/1"}')).toThrow('no result of the packed bench');
    expect(() => readGpuBench(JSON.stringify({ ...result, probe: null }))).toThrow('no adapter');
  });
});
