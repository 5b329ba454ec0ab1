// Links a kernel: its own text, then each of the parts that it and they name. WGSL declarations need no order, so
// joining the texts is all there is to it.

const files = import.meta.glob<string>('../shaders/parts/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The texts that kernels share, by their stems in `shaders/parts`. */
const PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.wgsl$/g, ''), text]),
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
