// Style belongs to its component: no class is styled by two sheets, and what is fetched later changes nothing that
// is there. So the order in which sheets are loaded does not matter.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../src/app/web/style/', import.meta.url);
const sheets = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));

/** What every component may use: elements, and classes of which each has one sheet. */
const SHARED = new Set(['page.css', 'controls.css', 'tables.css', 'figures.css', 'charts.css']);
/** Fetched when somebody first looks inside; one component in several files. */
const isLate = (name: string) => name.startsWith('inside');
const ownerOf = (name: string) => (isLate(name) ? 'inside' : name);

/** Every selector of a sheet, in full where rules are nested; those in keyframes and the like are none. */
function selectorsOf(text: string): string[] {
  const found: string[] = [];
  const above: (readonly string[] | undefined)[] = [[]];
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '');
  let from = 0;
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i];
    if (c === ';') from = i + 1;
    if (c === '}') {
      above.pop();
      from = i + 1;
    }
    if (c !== '{') continue;
    const prelude = plain.slice(from, i).trim();
    from = i + 1;
    const parents = above.at(-1);
    if (/^@(?:media|supports|layer)\b/.test(prelude)) above.push(parents);
    else if (!parents || prelude.startsWith('@')) above.push(undefined);
    else {
      const own = prelude.split(/,(?![^(]*\))/).map((one) => one.trim());
      const full = own.flatMap((one) =>
        parents.length === 0
          ? [one]
          : parents.map((p) => (one.includes('&') ? one.replaceAll('&', p) : `${p} ${one}`)),
      );
      found.push(...full);
      above.push(full);
    }
  }
  return found;
}

const classesIn = (selector: string) =>
  [...selector.matchAll(/\.([A-Za-z][\w-]*)/g)].map(([, c]) => c!);
/** The class that a selector is scoped by: of its first compound. */
const leadOf = (selector: string) => classesIn(selector.split(/[\s>+~]/)[0] ?? '')[0];

const all = sheets.flatMap(({ name, text }) =>
  selectorsOf(text).map((selector) => ({ name, selector, lead: leadOf(selector) })),
);

test('the sheets are read', () => {
  expect(sheets.length).toBeGreaterThan(15);
  expect(all.length).toBeGreaterThan(400);
  expect(
    selectorsOf('.a { & b, c { x: y } @media (x) { d { x: y } } } @font-face { x: y }'),
  ).toEqual([...['.a', '.a b', '.a c', '.a d']]);
});

test('no class is styled by two sheets', () => {
  const owners = new Map<string, Set<string>>();
  for (const { name, lead } of all)
    if (lead) owners.set(lead, (owners.get(lead) ?? new Set()).add(ownerOf(name)));
  const shared = [...owners].filter(([, names]) => names.size > 1);
  expect(shared.map(([lead, names]) => `.${lead}: ${[...names].join(', ')}`)).toEqual([]);
});

test('only the shared sheets style bare elements', () => {
  const bare = all.filter(
    ({ name, selector, lead }) =>
      !lead && !SHARED.has(name) && !(name === 'inside.css' && selector === ':root'),
  );
  // What holds for every dialog stands with the album, the first of them.
  const allowed = new Set(['dialog', 'dialog::backdrop', 'html:has(dialog[open])']);
  expect(bare.filter(({ selector }) => !allowed.has(selector))).toEqual([]);
});

test('what is fetched later is scoped to its dialog, and no component reaches into it', () => {
  const late = all.filter(({ name, selector }) => isLate(name) && selector !== ':root');
  expect(late.length).toBeGreaterThan(100);
  for (const { selector } of late) expect(selector).toMatch(/^\.inside(?![\w-])/);
  const inside = new Set(late.flatMap(({ selector }) => classesIn(selector)));
  const reaching = all.filter(
    ({ name, lead }) => lead && !isLate(name) && !SHARED.has(name) && inside.has(lead),
  );
  expect(reaching.map(({ name, selector }) => `${name}: ${selector}`)).toEqual([]);
});
