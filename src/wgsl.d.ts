// A kernel imported as text: `import source from '../shaders/add.wgsl?raw'`.
declare module '*.wgsl?raw' {
  const source: string;
  export default source;
}
