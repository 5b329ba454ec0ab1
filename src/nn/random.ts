// Counter-based random numbers on the CPU, in f64: number i of a stream is a function of (seed, stream, i),
// so nothing depends on the order in which they are asked for.

/** Number `index` of a stream, uniform in the open interval (0, 1), in steps of 2⁻³². */
export type RandomStream = (index: number) => number;

/** A stream of its own for every pair of seed and stream, both taken as 32-bit integers. */
export function randomStream(seed: number, stream: number): RandomStream {
  const key = hash(hash(seed) ^ stream);
  return (index) => (hash(hash(index ^ key) + key) + 0.5) / 2 ** 32;
}

/** Number `index` of the standard normal distribution made from a uniform stream (Box & Muller 1958). */
export function normal(uniform: RandomStream, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(uniform(2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
}

/** PCG's output permutation as a hash of 32 bits (Jarzynski & Olano 2020, JCGT 9(3), "pcg"). */
function hash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737);
  return ((word >>> 22) ^ word) >>> 0;
}
