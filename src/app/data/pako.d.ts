// pako brings types for the whole of it, not for the entry that unpacks and does nothing else.
declare module 'pako/browser/inflate' {
  export { Inflate } from 'pako';
}
