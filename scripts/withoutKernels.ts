// The page itself runs no kernel: of the engine it has the layers, which know their shapes. The worker has the kernels.
import type { Plugin } from 'vite';

/** Of every WGSL entry point. */
const ENTRY = '@workgroup_size(';

export const withoutKernels: Plugin = {
  name: 'weft:without-kernels',
  apply: 'build',
  enforce: 'pre',
  load: (id) => (id.endsWith('.wgsl?raw') ? "export default ''" : undefined),
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.code.includes(ENTRY)) continue;
      this.error(
        `${file.fileName} has kernels: they are imported under an id that withoutKernels does not know`,
      );
    }
  },
};
