// A page of charts from a result: one HTML file that needs nothing beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const SCHEMA = 1;

/**
 * @param {string} file a result of the bench
 * @returns {Promise<string>} the page's file, beside it
 * @throws Error on a file that is no such result
 */
export async function chart(file) {
  const result = resultIn(file);
  const { script, style } = await compiled();
  const page = file.replace(/\.json$/, '') + '.html';
  writeFileSync(page, html(result, script, style));
  return page;
}

/**
 * @param {string} file
 * @returns {import('../result.ts').Result}
 */
function resultIn(file) {
  const text = readFileSync(file, 'utf8');
  let result;
  try {
    result = /** @type {Partial<import('../result.ts').Result> | null} */ (JSON.parse(text));
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Error(`${file} is no JSON: ${message}`, { cause: error });
  }
  if (result?.schema === SCHEMA && result.ceilings) {
    return /** @type {import('../result.ts').Result} */ (result);
  }
  throw new Error(
    `${file} has ${result?.schema === undefined ? 'no schema' : `schema ${String(result.schema)}`}, ` +
      `a page takes schema ${SCHEMA}: measure again with npm run bench -- --save`,
  );
}

async function compiled() {
  const built = await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2023',
      lib: {
        entry: fileURLToPath(new URL('page.tsx', import.meta.url)),
        formats: ['iife'],
        name: 'chart',
      },
    },
  });
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput[]} */ (built)[0] ?? {
    output: [],
  };
  const style = output.find(({ fileName }) => fileName.endsWith('.css'));
  return {
    script: output.flatMap((o) => (o.type === 'chunk' ? [o.code] : [])).join('\n'),
    style: style?.type === 'asset' ? String(style.source) : '',
  };
}

/**
 * @param {import('../result.ts').Result} result
 * @param {string} script
 * @param {string} style
 */
function html(result, script, style) {
  // In a script element nothing is escaped, and `</script` or `<!--` would end it.
  const data = JSON.stringify(result).replaceAll('<', '\\u003c');
  const title = `weft on ${result.adapter.name}`.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<script type="application/json" id="result">${data}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
