// What the bench uses of its peers, so that it is type-checked where they are not installed.

declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    readonly shape: number[];
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  /** Trained by an optimizer, which assigns to it. */
  export interface Variable extends Tensor {
    readonly trainable: boolean;
    assign(value: Tensor): void;
  }
  export interface Optimizer {
    minimize(loss: () => Tensor, returnCost: true, variables: Variable[]): Tensor;
  }
  export interface KernelBackend {
    readonly device?: GPUDevice;
  }
  export const version_core: string;
  export const train: {
    adam(rate: number, beta1: number, beta2: number, epsilon: number): Optimizer;
  };
  export const losses: { softmaxCrossEntropy(oneHot: Tensor, logits: Tensor): Tensor };
  interface Fused {
    readonly bias: Tensor;
    readonly activation?: 'linear' | 'relu';
  }
  export const fused: {
    conv2d(o: Fused & { x: Tensor; filter: Tensor; strides: number; pad: 'valid' }): Tensor;
    matMul(o: Fused & { a: Tensor; b: Tensor }): Tensor;
  };
  export function setBackend(name: string): Promise<boolean>;
  export function backend(): KernelBackend;
  export function ready(): Promise<void>;
  export function tidy<T>(f: () => T): T;
  export function tensor(data: Float32Array, shape: readonly number[]): Tensor;
  export function variable(initial: Tensor, trainable?: boolean): Variable;
  export function add(a: Tensor, b: Tensor): Tensor;
  export function mul(a: Tensor, b: Tensor | number): Tensor;
  export function relu(x: Tensor): Tensor;
  export function max(x: Tensor, axes: readonly number[]): Tensor;
  export function conv2d(x: Tensor, filter: Tensor, stride: number, pad: 'same'): Tensor;
  export function moments(
    x: Tensor,
    axes: readonly number[],
  ): { readonly mean: Tensor; readonly variance: Tensor };
  export function batchNorm(
    ...[x, mean, variance, offset, scale, epsilon]: [Tensor, Tensor, Tensor, Tensor, Tensor, number]
  ): Tensor;
  export function maxPool(x: Tensor, window: number, stride: number, pad: 'valid'): Tensor;
  export function reshape(x: Tensor, shape: readonly number[]): Tensor;
  export function transpose(x: Tensor, axes?: readonly number[]): Tensor;
  export function slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  export function concat(tensors: Tensor[], axis: number): Tensor;
  export function matMul(a: Tensor, b: Tensor): Tensor;
  export function getKernel(name: string, backend: string): object | undefined;
  export function registerKernel(kernel: {
    readonly kernelName: string;
    readonly backendName: string;
    readonly kernelFunc: (call: {
      readonly inputs: Readonly<Record<string, Tensor>>;
      readonly attrs: Readonly<Record<string, unknown>>;
    }) => Tensor;
  }): void;
}

declare module '@tensorflow/tfjs-core/dist/register_all_gradients' {}

declare module '@tensorflow/tfjs-backend-webgpu' {
  export const version_webgpu: string | undefined;
}

declare module '@tensorflow/tfjs-backend-wasm' {
  export const version_wasm: string;
  export function setWasmPaths(paths: string | Readonly<Record<string, string>>): void;
  export function getThreadsCount(): number;
}

declare module '@jax-js/jax' {
  /** Owned: handing one to a function gives it away, `ref` keeps it. */
  export interface Array {
    readonly ref: this;
    readonly shape: number[];
    add(y: Array | number): Array;
    sub(y: Array | number): Array;
    mul(y: Array | number): Array;
    div(y: Array | number): Array;
    sum(axis?: number): Array;
    reshape(shape: readonly number[]): Array;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  type Tree = Array | readonly Array[] | readonly Tree[];
  export function init(...devices: string[]): Promise<string[]>;
  export function defaultDevice(device: string): string;
  export function getWebGPUDevice(): GPUDevice;
  export function blockUntilReady<T extends Tree>(tree: T): Promise<T>;
  export function jit<A extends readonly Tree[], R extends Tree>(
    f: (...args: A) => R,
  ): (...args: A) => R;
  /** `f` gives the scalar, and what else is wanted. */
  export function valueAndGrad<P extends Tree, A extends readonly Tree[], X extends Tree>(
    f: (parameters: P, ...rest: A) => readonly [Array, X],
    options: { readonly hasAux: true },
  ): (parameters: P, ...rest: A) => [[Array, X], P];
  export const numpy: {
    array(data: Float32Array): Array;
    zeros(shape: readonly number[]): Array;
    matmul(a: Array, b: Array): Array;
    max(x: Array, axes?: readonly number[]): Array;
    mean(x: Array, axes: readonly number[]): Array;
    readonly var_: (x: Array, axes: readonly number[]) => Array;
    sqrt(x: Array): Array;
    square(x: Array): Array;
    power(base: number, exponent: Array): Array;
  };
  export const lax: {
    conv(x: Array, w: Array, strides: readonly number[], padding: 'VALID' | 'SAME'): Array;
    stopGradient(x: Array): Array;
    reduceWindow(
      x: Array,
      f: (window: Array) => Array,
      window: readonly number[],
      strides: readonly number[],
    ): Array;
  };
  export const nn: { relu(x: Array): Array; logSoftmax(x: Array): Array };
}
