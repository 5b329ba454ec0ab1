// Every op of the test table on this adapter, with each kernel variant, against the float64 reference.
import {
  type Device,
  type VariantName,
  variantNames,
  withVariant,
} from '../../src/tensor/index.ts';
import { tileLabels } from '../../src/tensor/ops/tiles.ts';
import { plansFor } from '../../src/tensor/variants.ts';
import { check } from '../../test/ops/check.ts';
import { gpuEngine } from '../../test/ops/gpu.ts';
import { table } from '../../test/ops/table.ts';

export interface Verification {
  /** Cases that were run, each with values, gradients and a slope. */
  readonly cases: number;
  readonly failed: readonly {
    readonly op: string;
    readonly variant: string | null;
    readonly case: string;
    readonly error: string;
  }[];
  readonly timeMs: number;
}

/**
 * @param only names of ops, all if empty
 * @param share every `jobs`th case, from the one numbered `job` on
 */
export async function verify(
  device: Device,
  only: readonly string[],
  say: (line: string) => void,
  { jobs, job }: { readonly jobs: number; readonly job: number },
): Promise<Verification> {
  const started = performance.now();
  const engine = gpuEngine(device);
  const failed: Verification['failed'][number][] = [];
  let [cases, number] = [0, 0];
  const rows = table.filter(({ name }) => only.length === 0 || only.includes(name));
  for (const row of rows) {
    for (const variant of row.variants ? [...variantNames, ...tileLabels] : [undefined]) {
      const before = [failed.length, cases] as const;
      for (const c of row.cases) {
        if (number++ % jobs !== job) continue;
        cases++;
        try {
          await check(engine, row, c, (f) => under(device, variant, f));
        } catch (error) {
          failed.push({
            op: row.name,
            variant: variant ?? null,
            case: c.title,
            error: error instanceof Error ? error.message : String(error),
          });
        }
      }
      const [wrong, tried] = [failed.length - before[0], cases - before[1]];
      if (tried === 0) continue;
      const title = variant ? `${row.name}, ${variant}` : row.name;
      say(`${wrong === 0 ? 'right' : 'WRONG'} ${title}: ${tried - wrong} of ${tried}`);
    }
  }
  return { cases, failed, timeMs: performance.now() - started };
}

/** Runs f with a kernel variant, or with a tile of the tiled ones, wherever it fits. */
function under<T>(device: Device, variant: string | undefined, f: () => T): T {
  if (variant === undefined) return f();
  const name = variantNames.find((known) => known === variant);
  if (name) return withVariant<T>(device, name satisfies VariantName, f);
  device.tuning = {
    choice: (family, shape) =>
      plansFor(device, family, shape).find(({ id }) => id.endsWith(`Tiled ${variant}`))?.id,
  };
  try {
    return withVariant(device, 'tiled', f);
  } finally {
    device.tuning = undefined;
  }
}
