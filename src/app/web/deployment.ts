// Which deployment of the page this is. One origin can serve several, /a/ and /b/, perhaps of different versions:
// what an origin shares (databases, locks, channels, caches, localStorage) is named by the folder of the page, so
// that none of them finds, waits for or deletes what is another's.

/** The folder of the page, such as '/a/'; its worker is called by it. */
export const DEPLOYMENT =
  typeof document === 'undefined'
    ? (globalThis as { readonly name?: string }).name || '/'
    : new URL('.', location.href).pathname;

/** 'weft /a/ runs': the name of something of this deployment. */
export const nameHere = (what: string): string => `weft ${DEPLOYMENT} ${what}`;
