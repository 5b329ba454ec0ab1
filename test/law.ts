// The laws of the house as functions of its files: who may import whom, and what a layer may name.

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The layers, from the ground up: a file imports its own layer and those below. */
const LAYERS = ['shaders', 'tensor', 'nn', 'app'];
const MAX_LINES = 350;

const IMPORT = /(?:\bfrom|\bimport|\bglob(?:<\w+>)?)\s*\(?\s*'([^']+)'/g;

const NODE = /\bprocess\.|\bBuffer\.|\brequire\(/;
// `window` is also a word of pooling and `document` one of reports; what a page's own offer is not.
const PAGE =
  /\bnavigator\b|\blocalStorage\b|\bHTML\w*Element\b|(?<![.\w])(?:window|document)\.(?:document|location|history|open|inner|scroll|match|set|add|request|body|head|title|create|query|get|cookie)/;
const FETCH = /(?<![.\w])fetch\(|\bXMLHttpRequest\b/;
const GPU_WORD = /\bGPU[A-Z]\w*/;

/** What a file's code may not say, by where the file stands. */
const WORDS: readonly { where: RegExp; word: RegExp; law: string }[] = [
  { where: /^src\/(tensor|nn)\//, word: NODE, law: 'the engine knows no Node' },
  { where: /^src\/(tensor|nn)\//, word: PAGE, law: 'the engine knows no DOM' },
  { where: /^src\/(tensor|nn)\//, word: FETCH, law: 'the engine does not fetch' },
  { where: /^src\/nn\//, word: GPU_WORD, law: 'nn never says GPU*' },
  { where: /^src\/app\/(?!cli\/|web\/)/, word: NODE, law: 'the story knows no Node' },
  { where: /^src\/app\/(?!cli\/|web\/)/, word: PAGE, law: 'the story knows no DOM' },
  { where: /^src\/app\/(?!cli\/|web\/)/, word: FETCH, law: 'the story does not fetch' },
];

/** Every breach in `src/`, as `file:line: law: the line`. */
export function breaches(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  const imported = new Set<string>();
  for (const { path, text } of files) {
    const report = (index: number, law: string, what: string) =>
      found.push(`${path}:${index + 1}: ${law}: ${what.trim()}`);
    if (path.startsWith('src/shaders/')) {
      if (!path.endsWith('.wgsl')) report(0, 'src/shaders holds only .wgsl', path);
      continue;
    }
    if (!/\.tsx?$/.test(path)) continue;
    const lines = withoutComments(text).split('\n');
    const count = text.trimEnd().split('\n').length;
    if (count > MAX_LINES) report(MAX_LINES, `over ${MAX_LINES} lines`, `${count} lines`);
    lines.forEach((line, index) => {
      for (const { where, word, law } of WORDS) {
        if (where.test(path) && word.test(line)) report(index, law, line);
      }
      for (const [, specifier = ''] of line.matchAll(IMPORT)) {
        const law = importLaw(path, specifier);
        if (law) report(index, law, line);
        if (/^src\/(tensor|nn)\//.test(path)) imported.add(resolve(path, specifier));
      }
    });
  }
  return [...found, ...shaderBreaches(files, imported)];
}

/** What the kernels break, and the parts that they are linked with. */
function shaderBreaches(files: readonly SourceFile[], imported: ReadonlySet<string>): string[] {
  const shaders = files.filter(({ path }) => path.endsWith('.wgsl'));
  // Kernels name them in a comment, elementwise functions in their rows.
  const named = new Set(
    files.flatMap(({ path, text }) => {
      const lists = path.endsWith('.wgsl')
        ? [...text.matchAll(/^\/\/ parts: (.*)$/gm)]
        : [...text.matchAll(/\bparts(?:: |\.add\()(?:\[)?'([^\])]*)'/g)];
      return lists.flatMap(([, list = '']) => list.split(/'?, '?/));
    }),
  );
  const entries = shaders.flatMap(({ path, text }) =>
    text.includes('@compute') ? [path.slice(path.lastIndexOf('/') + 1, -'.wgsl'.length)] : [],
  );
  const hasEntry = (text: string) =>
    text.includes('@compute') ||
    entries.some((name) => new RegExp(`^// parts: (.*, )?${name}(,|$)`, 'm').test(text));
  return shaders.flatMap(({ path, text }) => {
    const part = /^src\/shaders\/parts\/(\w+)\.wgsl$/.exec(path)?.[1];
    const laws = [
      part === undefined &&
        !imported.has(path) &&
        'every kernel has a user in src/tensor or src/nn: none imports it',
      part !== undefined && !named.has(part) && 'every part has a user: no kernel names it',
      part === undefined && !hasEntry(text) && 'a kernel has an entry point, its own or a part’s',
    ];
    return laws.flatMap((law) => (law ? [`${path}:1: ${law}`] : []));
  });
}

/** Paths of somebody's machine, in any file of the repository. */
export function machinePaths(files: readonly SourceFile[]): string[] {
  const path = new RegExp(
    `(?<![\\w./-])/(?:${['work', 'home', 'root', 'Users', 'tmp'].join('|')})/\\w`,
  );
  return files.flatMap((file) =>
    file.text
      .split('\n')
      .flatMap((line, i) => (path.test(line) ? [`${file.path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

/** The law that an import breaks, if it breaks one. */
function importLaw(from: string, specifier: string): string | undefined {
  const layer = layerOf(from);
  const faceFree = /^src\/app\/(?!cli\/|web\/)/.test(from);
  if (!specifier.startsWith('.')) {
    if (layer === 'tensor' || layer === 'nn') return `${layer} imports no package`;
    if (faceFree && specifier.startsWith('node:')) return 'the story knows no Node';
    return undefined;
  }
  const to = resolve(from, specifier);
  if (!to.startsWith('src/')) {
    return to === 'package.json' ? undefined : 'src imports nothing from outside src';
  }
  const target = layerOf(to);
  if (target !== layer && LAYERS.indexOf(target) > LAYERS.indexOf(layer)) {
    return `${layer} must not import ${target}`;
  }
  if (layer === 'app' && target !== 'app' && to !== `src/${target}/index.ts`) {
    return 'app sees tensor and nn only through their index.ts';
  }
  if (faceFree && /^src\/app\/(cli|web)\//.test(to)) return 'the story does not know its faces';
  if (/^src\/app\/(cli|web)\//.test(from) && /^src\/app\/(cli|web)\//.test(to)) {
    if (from.split('/')[2] !== to.split('/')[2]) return 'the two faces do not know each other';
  }
  return undefined;
}

/** A folder of `src`; what lies in `src` itself stands where the app stands. */
function layerOf(path: string): string {
  const [, folder = ''] = path.split('/');
  return LAYERS.includes(folder) ? folder : 'app';
}

function resolve(from: string, specifier: string): string {
  const base = new URL(from, 'file:///');
  return new URL(specifier.replace(/\?.*$/, ''), base).pathname.slice(1);
}

/** Comments may say anything. Line numbers stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm, (comment) =>
    comment.replace(/[^\n]/g, ''),
  );
}
