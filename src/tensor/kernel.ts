// Kernels and their pipelines: compiled once per specialized source, asynchronously, with explicit layouts.
import { GpuError } from './errors.ts';
import { link } from './link.ts';
import type { Meter } from './pool.ts';
import { type Binding, type Constants, readBindings, specialize } from './wgsl.ts';

/** One `.wgsl` file, linked. `name` is its stem. */
export interface Kernel {
  readonly name: string;
  /** Its text with the parts that it names: valid WGSL as it stands. */
  readonly source: string;
  readonly bindings: readonly Binding[];
}

/**
 * A kernel of the WGSL `source`, linked with the parts that a line `// parts: nan, vec4f` names.
 * @throws RangeError on a part that is not there
 */
export function kernel(name: string, source: string): Kernel {
  const linked = link(name, source);
  return { name, source: linked, bindings: readBindings(linked) };
}

/** A kernel specialized for one set of constants. */
export interface Program {
  /** Stem of the kernel's file. */
  readonly label: string;
  /** What the GPU's error messages call it: the stem and a number, one for each specialization. */
  readonly id: string;
  readonly wgsl: string;
  readonly layout: GPUBindGroupLayout;
  /** Set once compiled; until then wait for `ready`. */
  pipeline: GPUComputePipeline | undefined;
  readonly ready: Promise<void>;
}

/**
 * Compiled kernels kept for later calls: at 0.7 MiB each on lavapipe (600 shapes of one kernel: 427 MiB more without a
 * cap, 186 MiB with one of 64; November 2026) that is 180 MiB. A training step has 19.
 */
const CAP = 256;

export class Programs {
  /** The one used last stands last. */
  readonly #bySource = new Map<string, Program>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(
    readonly gpu: GPUDevice,
    readonly meter: Meter,
    readonly cap = CAP,
  ) {}

  /**
   * The program of a kernel with these constants; compiling starts at the first call and is never awaited here. Beyond
   * the cap the one used longest ago is dropped: who still holds it, such as a recording, goes on with it, and the GPU
   * frees it when nobody does. WebGPU has no other way to free a pipeline.
   */
  get(kernel: Kernel, constants: Constants): Program {
    const wgsl = specialize(kernel.source, constants);
    const program = this.#bySource.get(wgsl) ?? this.#make(kernel, wgsl);
    this.#bySource.delete(wgsl);
    this.#bySource.set(wgsl, program);
    if (this.#bySource.size > this.cap) {
      const [oldest] = this.#bySource.keys();
      this.#bySource.delete(oldest as string);
    }
    this.meter.pipelinesKept = this.#bySource.size;
    return program;
  }

  #make(kernel: Kernel, wgsl: string): Program {
    const layout = this.#layout(kernel.bindings);
    const id = `${kernel.name}#${this.meter.pipelinesCreated}`;
    const ready = this.#compile(kernel.name, id, wgsl, layout).then((pipeline) => {
      made.pipeline = pipeline;
    });
    ready.catch(() => {}); // reported where the program is first awaited
    const made: Program = { label: kernel.name, id, wgsl, layout, pipeline: undefined, ready };
    return made;
  }

  /** The specialized WGSL of the kernel that an error message names, if it names one. */
  blame(message: string): Program | undefined {
    return [...this.#bySource.values()].find((p) => message.includes(`"${p.id}"`));
  }

  async #compile(name: string, label: string, wgsl: string, layout: GPUBindGroupLayout) {
    this.meter.pipelinesCreated++;
    this.gpu.pushErrorScope('validation');
    const module = this.gpu.createShaderModule({ code: wgsl, label });
    const invalid = this.gpu.popErrorScope();
    const pipeline = this.gpu
      .createComputePipelineAsync({
        label,
        layout: this.gpu.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      })
      .catch((error: Error) => error);
    const wrong = (await invalid) ?? (await pipeline);
    if ('message' in wrong) throw new GpuError(`kernel ${name}: ${wrong.message}`, name, wgsl);
    return wrong;
  }

  #layout(bindings: readonly Binding[]): GPUBindGroupLayout {
    const key = bindings.map((b) => `${b.index}:${b.access}`).join();
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = this.gpu.createBindGroupLayout({
        label: key,
        entries: bindings.map(({ index, access }) => ({
          binding: index,
          visibility: 0x4, // COMPUTE
          buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}
