// Kernels and their pipelines: compiled once per specialised source, asynchronously, with explicit layouts.
import { GpuError } from './errors.ts';
import { link } from './link.ts';
import type { Meter } from './pool.ts';
import { type Binding, type Constants, readBindings, specialise } from './wgsl.ts';

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

/** A kernel specialised for one set of constants. */
export interface Program {
  /** Stem of the kernel's file. */
  readonly label: string;
  /** What the GPU's error messages call it: the stem and a number, one for each specialisation. */
  readonly id: string;
  readonly wgsl: string;
  readonly layout: GPUBindGroupLayout;
  /** Set once compiled; until then wait for `ready`. */
  pipeline: GPUComputePipeline | undefined;
  readonly ready: Promise<void>;
}

export class Programs {
  readonly #bySource = new Map<string, Program>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(
    readonly gpu: GPUDevice,
    readonly meter: Meter,
  ) {}

  /** The program of a kernel with these constants; compiling starts at the first call and is never awaited here. */
  get(kernel: Kernel, constants: Constants): Program {
    const wgsl = specialise(kernel.source, constants);
    let program = this.#bySource.get(wgsl);
    if (!program) {
      const layout = this.#layout(kernel.bindings);
      const id = `${kernel.name}#${this.#bySource.size}`;
      const ready = this.#compile(kernel.name, id, wgsl, layout).then((pipeline) => {
        made.pipeline = pipeline;
      });
      ready.catch(() => {}); // reported where the program is first awaited
      const made: Program = { label: kernel.name, id, wgsl, layout, pipeline: undefined, ready };
      program = made;
      this.#bySource.set(wgsl, program);
    }
    return program;
  }

  /** The specialised WGSL of the kernel that an error message names, if it names one. */
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
