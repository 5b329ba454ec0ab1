// What the engine wants to know of an adapter.

/** What an adapter says of itself. */
export interface Adapter {
  /** For people: the adapter's own description, or vendor and architecture. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** The card, where the adapter tells: browsers do not. */
  readonly device: string;
  readonly description: string;
  /** True where the CPU does the arithmetic (lavapipe, SwiftShader): other kernels win there. */
  readonly software: boolean;
  /** Lanes of a subgroup, where subgroups are enabled and of one size only. */
  readonly subgroupSize?: number;
  /** Optional features in use. */
  readonly features: readonly string[];
}

/** Features that the engine uses where the adapter has them; each has a tested fallback. */
export const OPTIONAL: readonly GPUFeatureName[] = ['subgroups', 'timestamp-query'];

/** What to ask an adapter for: the optional features that are not to be left unused, and default limits or larger tensors. */
export function demands(
  { features, limits }: GPUAdapter,
  { without, largeTensors }: { without?: readonly string[]; largeTensors?: boolean },
) {
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  return {
    requiredFeatures: OPTIONAL.filter((f) => features.has(f) && !without?.includes(f)),
    requiredLimits: largeTensors ? { maxBufferSize, maxStorageBufferBindingSize } : {},
  };
}

export function describe(info: GPUAdapterInfo, features: readonly string[]): Adapter {
  const all = [info.vendor, info.architecture, info.device, info.description].join(' ');
  const { subgroupMinSize: least, subgroupMaxSize: most } = info;
  const name = info.description || [info.vendor, info.architecture].filter(Boolean).join(' ');
  return {
    name: name || 'unnamed adapter',
    vendor: info.vendor,
    architecture: info.architecture,
    device: info.device,
    description: info.description,
    software: /llvmpipe|lavapipe|swiftshader|software|basic render/i.test(all),
    ...(features.includes('subgroups') && least === most && { subgroupSize: least }),
    features,
  };
}
