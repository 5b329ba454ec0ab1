// What a card's compiler makes of the kernels that a GPU would choose: those of the recorded training step, and of the usual shapes.
import type { Dispatch } from '../../src/tensor/index.ts';
import { Device } from '../../src/tensor/device.ts';
import { usualShapes } from '../shapes/index.ts';
import type { Shape } from '../shapes/shape.ts';
import type { Origin } from '../run.ts';
import { nameOf } from '../step.ts';
import { openTraining } from '../training.ts';
import { workOf } from '../work.ts';
import { type Radv, openRadv } from './radv.ts';
import {
  type Compiled,
  type Family,
  type FamilyName,
  STATIC_SCHEMA,
  type StaticResult,
  type StaticRow,
} from './result.ts';

/** What the host knows: a device to record on, where bench/static is, and who is told what is done. */
export interface StaticHost {
  readonly device: Device;
  readonly folder: URL;
  readonly tell: (line: string) => void;
}

export const FAMILIES: readonly Family[] = [
  { name: 'navi31', card: 'RX 7900 XTX', cores: 96 },
  { name: 'navi21', card: 'RX 6800 XT', cores: 72 },
  { name: 'vega10', card: 'RX Vega 64', cores: 64 },
];

export const BATCHES: readonly number[] = [128, 2048];

/** @throws Missing when a tool is, before anything is recorded */
export async function measureStatic({
  device,
  folder,
  tell,
}: StaticHost): Promise<Omit<StaticResult, keyof Origin>> {
  const radv = await openRadv(folder);
  try {
    const card = asCard(device);
    const recorded: Recorded[][] = [];
    for (const batch of BATCHES) {
      recorded.push(await recordStep(card, batch));
      tell(`the step at batch ${batch} recorded`);
    }
    recorded.push(usualShapes.flatMap((shape) => recordShape(card, shape)));
    tell('the usual shapes recorded');
    const { rows, devices } = await compileAll(
      radv,
      recorded,
      FAMILIES.map(({ name }) => name),
    );
    tell('compiled');
    return {
      schema: STATIC_SCHEMA,
      kind: 'static',
      devices,
      families: FAMILIES,
      steps: BATCHES.map((batch, i) => ({ batch, rows: rows[i]! })),
      shapes: rows[BATCHES.length]!,
    };
  } finally {
    await radv.close();
  }
}

/** A dispatch as it is recorded. */
export type Recorded = Pick<StaticRow, 'name' | 'kernel' | 'flops' | 'workgroups'> & {
  readonly wgsl: string;
};

/**
 * The same GPU, taken for a card with subgroups of 32 lanes: the engine chooses kernels for one. What is recorded on it may be
 * replayed as well.
 */
export const asCard = ({ gpu, info }: Device): Device =>
  new Device(gpu, { ...info, software: false, subgroupSize: 32 }, {});

const recordedOf = (dispatch: Dispatch, name: string, flops: number): Recorded => ({
  name,
  kernel: dispatch.label,
  flops,
  workgroups: dispatch.grid.reduce((product: number, n) => product * (n ?? 1), 1),
  wgsl: dispatch.program.wgsl,
});

const dispatchesIn = (commands: readonly { kind: string }[]) =>
  commands.filter((c): c is Dispatch => c.kind === 'dispatch');

export async function recordStep(device: Device, batch: number): Promise<Recorded[]> {
  const { step } = await openTraining(device, batch);
  return dispatchesIn(step.recording.commands).map((dispatch) =>
    recordedOf(dispatch, nameOf(dispatch), workOf(dispatch).flops),
  );
}

export function recordShape(device: Device, shape: Shape): Recorded[] {
  const prepared = shape.prepare(device);
  const { commands } = device.capture(prepared.run);
  const rows = dispatchesIn(commands).map((dispatch) =>
    recordedOf(dispatch, shape.name, workOf(dispatch).flops),
  );
  for (const { storage } of prepared.tensors) storage.release();
  device.trim();
  return rows;
}

/** Compiles each distinct kernel, once a family. Gives the rows of each list, and what the driver calls the cards. */
export async function compileAll<F extends FamilyName>(
  radv: Radv,
  recorded: readonly (readonly Recorded[])[],
  families: readonly F[],
) {
  const sources = [...new Set(recorded.flat().map(({ wgsl }) => wgsl))];
  const spirv = await radv.spirv(sources);
  const devices = {} as Record<F, string>;
  const found = new Map<string, Pick<StaticRow<F>, 'invocations' | 'compiled'>>();
  for (const [i, source] of sources.entries()) {
    const compiled = {} as Record<F, Compiled>;
    await Promise.all(
      families.map(async (family) => {
        const made = await radv.compile(spirv[i]!, family);
        devices[family] = made.device;
        compiled[family] = made.compiled;
      }),
    );
    found.set(source, { invocations: spirv[i]!.invocations, compiled });
  }
  const rows = recorded.map((list) =>
    list.map(({ wgsl, ...row }): StaticRow<F> => ({ ...row, ...found.get(wgsl)! })),
  );
  return { rows, devices };
}
