// Counts what a page or a program asks of WebGPU, by wrapping the prototypes of its classes. Whoever makes a
// buffer, or dispatches, is whoever is `current`; a destroyed buffer is taken from the one who made it.

export interface Counts {
  dispatches: number;
  passes: number;
  submits: number;
  buffersCreated: number;
  /** By queue.writeBuffer, or mapped at creation. */
  bytesWritten: number;
  /** In buffers made and not destroyed. One that was garbage collected still counts. */
  liveBytes: number;
}

const none = (): Counts => ({
  dispatches: 0,
  passes: 0,
  submits: 0,
  buffersCreated: 0,
  bytesWritten: 0,
  liveBytes: 0,
});
const all = new Map<string, Counts>();
const makers = new WeakMap<GPUBuffer, Counts>();
let current = none();

export function countsOf(name: string): Counts {
  const counts = all.get(name) ?? none();
  all.set(name, counts);
  return counts;
}

/** From now on all that is asked of WebGPU is asked by `name`. */
export function countFor(name: string): void {
  current = countsOf(name);
}

/** Wraps the classes. Costs one more function call for each of theirs. */
export function startCounting(): void {
  before(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => current.dispatches++);
  before(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => current.dispatches++);
  before(GPUCommandEncoder.prototype, 'beginComputePass', () => current.passes++);
  before(GPUQueue.prototype, 'submit', () => current.submits++);
  before(GPUQueue.prototype, 'writeBuffer', (_buffer, _offset, data, dataOffset, size) => {
    current.bytesWritten += writtenBytes(data as AllowSharedBufferSource, dataOffset, size);
  });
  wrap(GPUBuffer.prototype, 'destroy', (original, self, args) => {
    const buffer = self as GPUBuffer;
    const counts = makers.get(buffer);
    if (counts) counts.liveBytes -= buffer.size;
    makers.delete(buffer);
    return original.apply(self, args);
  });
  wrap(GPUDevice.prototype, 'createBuffer', (original, self, args) => {
    const buffer = original.apply(self, args) as GPUBuffer;
    const { mappedAtCreation = false } = args[0] as GPUBufferDescriptor;
    current.buffersCreated++;
    current.liveBytes += buffer.size;
    if (mappedAtCreation) current.bytesWritten += buffer.size;
    makers.set(buffer, current);
    return buffer;
  });
}

/** writeBuffer takes offset and size in elements of a typed array, in bytes of an ArrayBuffer. */
function writtenBytes(data: AllowSharedBufferSource, offset: unknown, size: unknown): number {
  const bytes = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
  return typeof size === 'number' ? size * bytes : data.byteLength - Number(offset ?? 0) * bytes;
}

type Method = (...args: unknown[]) => unknown;

/** Has `count` run before every call of a method. */
function before(prototype: object, name: string, count: Method): void {
  wrap(prototype, name, (original, self, args) => {
    count(...args);
    return original.apply(self, args);
  });
}

function wrap(
  prototype: object,
  name: string,
  call: (original: Method, self: unknown, args: unknown[]) => unknown,
): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = function (...args) {
    return call(original, this, args);
  };
}
