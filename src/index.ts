// The public API: the tensor engine, and the networks on top of it as `nn`.
export * from './tensor/index.ts';
export * as nn from './nn/index.ts';
