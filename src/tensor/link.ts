// Links a kernel: its own text, then each of the parts that it and they name. WGSL declarations need no order, so
// joining the texts is all there is to it.
import activated from '../shaders/parts/activated.wgsl?raw';
import bytes from '../shaders/parts/bytes.wgsl?raw';
import compare from '../shaders/parts/compare.wgsl?raw';
import conv from '../shaders/parts/conv.wgsl?raw';
import convInGroups from '../shaders/parts/convInGroups.wgsl?raw';
import correct from '../shaders/parts/correct.wgsl?raw';
import cotangents from '../shaders/parts/cotangents.wgsl?raw';
import each from '../shaders/parts/each.wgsl?raw';
import erf from '../shaders/parts/erf.wgsl?raw';
import f32 from '../shaders/parts/f32.wgsl?raw';
import filterGradRows from '../shaders/parts/filterGradRows.wgsl?raw';
import filterTaps from '../shaders/parts/filterTaps.wgsl?raw';
import forwardRows from '../shaders/parts/forwardRows.wgsl?raw';
import inputGradRows from '../shaders/parts/inputGradRows.wgsl?raw';
import log1p from '../shaders/parts/log1p.wgsl?raw';
import masked from '../shaders/parts/masked.wgsl?raw';
import mix from '../shaders/parts/mix.wgsl?raw';
import nan from '../shaders/parts/nan.wgsl?raw';
import order from '../shaders/parts/order.wgsl?raw';
import place from '../shaders/parts/place.wgsl?raw';
import power from '../shaders/parts/power.wgsl?raw';
import quad from '../shaders/parts/quad.wgsl?raw';
import random from '../shaders/parts/random.wgsl?raw';
import register from '../shaders/parts/register.wgsl?raw';
import resample from '../shaders/parts/resample.wgsl?raw';
import sigmoid from '../shaders/parts/sigmoid.wgsl?raw';
import sinCos from '../shaders/parts/sinCos.wgsl?raw';
import stored1 from '../shaders/parts/stored1.wgsl?raw';
import stored4 from '../shaders/parts/stored4.wgsl?raw';
import subgroup from '../shaders/parts/subgroup.wgsl?raw';
import tanh from '../shaders/parts/tanh.wgsl?raw';
import tile from '../shaders/parts/tile.wgsl?raw';
import vec4f from '../shaders/parts/vec4f.wgsl?raw';
import window2x2 from '../shaders/parts/window2x2.wgsl?raw';

/** The texts that kernels share, by their stems in `shaders/parts`. */
const PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    activated,
    bytes,
    compare,
    conv,
    convInGroups,
    correct,
    cotangents,
    each,
    erf,
    f32,
    filterGradRows,
    filterTaps,
    forwardRows,
    inputGradRows,
    log1p,
    masked,
    mix,
    nan,
    order,
    place,
    power,
    quad,
    random,
    register,
    resample,
    sigmoid,
    sinCos,
    stored1,
    stored4,
    subgroup,
    tanh,
    tile,
    vec4f,
    window2x2,
  }),
);

/** A line of a kernel or a part: `// parts: nan, vec4f`. */
const NAMED = /^\/\/ parts: (.*)$/gm;

/** The parts that a text names. */
const namedIn = (source: string): string[] =>
  [...source.matchAll(NAMED)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.trim()),
  );

/**
 * The whole WGSL of a kernel: `source`, unchanged and first, then every part that it names in a line
 * `// parts: nan, vec4f`, and those that these name, each once, in the order in which they are named.
 * @param name of the kernel, for the error
 * @throws RangeError on a part that is not there
 */
export function link(name: string, source: string, parts = PARTS): string {
  const texts = new Map([['', source]]); // by part; a kernel may be called as one of its parts is
  // A map's iterator also visits what is added on the way.
  for (const [from, text] of texts) {
    for (const part of namedIn(text)) {
      const found = parts.get(part);
      if (found === undefined) {
        const known = [...parts.keys()].join(', ');
        throw new RangeError(
          `kernel ${name}: ${from || name} names a part ${part}; there are ${known}`,
        );
      }
      if (!texts.has(part)) texts.set(part, found);
    }
  }
  return [...texts.values()].join('\n');
}
