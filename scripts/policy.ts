// The Content-Security-Policy of the built page: it fetches from its own folder and from nowhere else, runs its own
// programs, and sends nothing away. The served page of `npm start` has none: vite puts its styles inline.
import type { Plugin } from 'vite';

const POLICY: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'font-src': "'self'",
  // Pictures that a person gives are shown from memory.
  'img-src': "'self' blob: data:",
  'worker-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

export const policy: Plugin = {
  name: 'policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend', // it holds for what stands after it
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: Object.entries(POLICY)
          .map(([what, from]) => `${what} ${from}`)
          .join('; '),
      },
    },
  ],
};
