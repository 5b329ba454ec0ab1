// What a card's compiler says of a kernel: read right, and nothing of the reference step spilled. No card is needed, but Mesa's
// driver of AMD's cards, gcc and spirv-as are.
import { afterAll, describe, expect, test } from 'vitest';
import { hotIn, readCompiled } from '../bench/static/assembly.ts';
import { Missing, openRadv } from '../bench/static/radv.ts';
import { issuedOf, shareOf, throughputOf, wavesOf } from '../bench/static/result.ts';
import { asCard, compileAll, recordStep } from '../bench/static/static.ts';
import { testDevice } from './gpu.ts';

const ASSEMBLY = `
BB0:
	s_mov_b32 s0, 0                                             ; be800080
	v_fmac_f32_e32 v9, v9, v9                                   ; 56121309
BB1:
	s_waitcnt lgkmcnt(0)                                        ; bf89fc07
BB2:
	buffer_load_b128 v[0:3], v4, s[0:3], 0 offen                ; e05c0000
	ds_load_b128 v[4:7], v8                                     ; dbfc0000
	v_dual_fmac_f32 v0, v1, v2 :: v_dual_mul_f32 v3, v4, v5     ; c8060501
	v_fma_f32 v0, v1, v2, v3                                    ; d6130000
	s_cbranch_scc1 BB2                                          ; bfa20000
	s_barrier                                                   ; bfbd0000
	s_branch BB1                                                ; bfa00000
`;

const SAID = `Device: Null hardware (RADV NAVI31), Mesa 25
Lanes: 64
Driver pipeline hash: 1
SGPRs: 16
VGPRs: 24
Spilled SGPRs: 1
Spilled VGPRs: 2
Code size: 64
LDS size: 512
Scratch size: 3
Subgroups per SIMD: 16
Instructions: 12
Latency: 100
Inverse Throughput: 50
`;

describe('what the compiler prints', () => {
  test('is read: the statistics, and the innermost loop', () => {
    expect(readCompiled(`${SAID}${ASSEMBLY}`)).toEqual({
      device: 'Null hardware (RADV NAVI31), Mesa 25',
      compiled: {
        ...{ lanes: 64, registers: 24, spills: 3, scratchBytes: 3, workgroupBytes: 512 },
        ...{ wavesPerSimd: 16, instructions: 12, throughputCycles: 50, latencyCycles: 100 },
        hot: {
          ...{ isLoop: true, instructions: 6, multiplyAdds: 2 },
          ...{ loads: 1, workgroupLoads: 1, barriers: 0 },
        },
      },
    });
    const straight = hotIn(ASSEMBLY.replaceAll(/^.*branch.*$/gm, ''));
    expect(straight).toMatchObject({
      isLoop: false,
      instructions: 9,
      multiplyAdds: 3,
      barriers: 1,
    });
  });

  test('is told as a whole where the multiply-adds lie in no loop', () => {
    const [before = '', loop = ''] = ASSEMBLY.split('BB2:');
    const unrolled = hotIn(`${before}BB2:${loop.replaceAll(/fmac?_f32/g, 'mul_f32')}`);
    expect(unrolled).toMatchObject({ isLoop: false, instructions: 11, multiplyAdds: 1 });
    const without = hotIn(ASSEMBLY.replaceAll(/fmac?_f32/g, 'mul_f32'));
    expect(without).toMatchObject({ isLoop: true, instructions: 6, multiplyAdds: 0 });
  });

  test('is refused where a statistic is missing', () => {
    expect(() => readCompiled(SAID.replace('VGPRs: 24\n', ''))).toThrow('nothing of "VGPRs"');
  });

  test('adds up over the waves of a dispatch', () => {
    const { compiled } = readCompiled(`${SAID}${ASSEMBLY}`);
    const row = {
      ...{ name: 'a', kernel: 'a', flops: 1, workgroups: 10, invocations: 96 },
      compiled: { navi31: compiled, navi21: compiled, vega10: { ...compiled, lanes: 96 } },
    };
    expect([wavesOf(row, 'navi31'), wavesOf(row, 'vega10')]).toEqual([20, 10]);
    expect(throughputOf([row, row], 'navi31')).toBe(2 * 20 * 50);
    expect(shareOf(compiled)).toBeCloseTo(2 / 6);
    expect(
      issuedOf(
        [
          { ...row, flops: 256 },
          { ...row, flops: 0 },
        ],
        'navi31',
      ),
    ).toBeCloseTo(2 * 3);
  });
});

const folder = new URL('../bench/static/', import.meta.url);
const radv = await openRadv(folder).catch((error: unknown) => {
  if (error instanceof Missing) return error;
  throw error;
});
afterAll(() => (radv instanceof Missing ? undefined : radv.close()));

/** A loop over a private array that is indexed as it runs; how often it turns is read anew each time. */
const kernel = (size: number) => `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var kept: array<f32, ${size}>;
  for (var i = 0u; i < u32(y[0]); i++) {
    kept[i % ${size}] = fma(kept[i % ${size}], y[id.x + i], 1.5);
  }
  y[id.x] = kept[u32(y[1]) % ${size}];
}`;

// A busy machine compiles for long.
describe.skipIf(radv instanceof Missing)('RADV', { timeout: 300_000 }, () => {
  test('tells of a small kernel, with a spill where there is one', async () => {
    if (radv instanceof Missing) return;
    const [small, large] = await radv.spirv([kernel(1), kernel(256)]);
    expect(small?.invocations).toBe(128);
    const { device, compiled } = await radv.compile(small!, 'vega10');
    expect(device).toMatch(/VEGA10.*Mesa/);
    expect(compiled).toMatchObject({ lanes: 64, spills: 0, scratchBytes: 0, workgroupBytes: 0 });
    expect(compiled.hot).toMatchObject({ isLoop: true, multiplyAdds: 1, loads: 2 });
    expect(compiled.registers).toBeGreaterThan(0);
    expect(compiled.throughputCycles).toBeGreaterThan(0);
    const { compiled: spilled } = await radv.compile(large!, 'navi31');
    expect(spilled.scratchBytes).toBeGreaterThanOrEqual(4 * 256);
  });

  test('spills nothing of the contractions of the reference step on navi31', async () => {
    if (radv instanceof Missing) return;
    const step = await recordStep(asCard(await testDevice()), 128);
    const contractions = step.filter(({ flops }) => flops > 0);
    expect(contractions).toHaveLength(14);
    const { rows } = await compileAll(radv, [contractions], ['navi31']);
    const spilled = rows[0]!.filter(
      ({ compiled: { navi31 } }) => navi31.spills > 0 || navi31.scratchBytes > 0,
    );
    expect(spilled.map(({ name }) => name)).toEqual([]);
  });
});

test.runIf(radv instanceof Missing)('what is missing is said in a line', ({ skip }) => {
  skip(radv instanceof Missing ? radv.message : '');
});
