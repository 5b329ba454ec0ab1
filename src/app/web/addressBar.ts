// What the address of the page says. Browsers allow only so many changes of it in a while (Safari 100 in 30 s, then
// they throw; Chromium passes them over without a word), so the truth is kept here and the bar follows as it may.

/** Fewer than the strictest browser allows, in as long as it counts. */
const MOST_WRITES = 60;
const COUNTED_MS = 30_000;
/** After a refusal. */
const RETRY_MS = 1000;

/** What the bar should say and does not say yet. */
let wanted: { readonly url: string; readonly state: unknown } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let writes: readonly number[] = [];

/** The address as it is meant, whether the bar has followed or not. */
export const here = (): URL => new URL(wanted?.url ?? location.href, location.href);

/** Changes parts of the address in place; never throws, and the last change wins. */
export function putAddress(
  parts: { readonly search?: string; readonly hash?: string },
  state: unknown = wanted ? wanted.state : history.state,
): void {
  const url = here();
  if (parts.search !== undefined) url.search = parts.search;
  if (parts.hash !== undefined) url.hash = parts.hash;
  if (url.href === here().href && state === history.state) return;
  wanted = { url: url.href, state };
  write();
}

/** A step that the way back takes back; false where the browser allows none, and the address is changed in place. */
export function pushAddress(hash: string, state: unknown): boolean {
  const url = here();
  url.hash = hash;
  flush();
  try {
    count();
    history.pushState(state, '', url.href);
    if (location.href !== url.href) throw new Error('passed over');
    forget();
    return true;
  } catch {
    putAddress({ hash });
    return false;
  }
}

function write(): void {
  clearTimeout(timer);
  const now = Date.now();
  writes = writes.filter((at) => now - at < COUNTED_MS);
  const [oldest = now] = writes;
  if (writes.length < MOST_WRITES) flush();
  else timer = setTimeout(write, oldest + COUNTED_MS - now);
}

function flush(): void {
  if (!wanted) return;
  try {
    count();
    history.replaceState(wanted.state, '', wanted.url);
    if (location.href !== wanted.url) throw new Error('passed over');
    forget();
  } catch {
    clearTimeout(timer);
    timer = setTimeout(write, RETRY_MS);
  }
}

function count(): void {
  writes = [...writes, Date.now()];
}

function forget(): void {
  clearTimeout(timer);
  wanted = undefined;
}

/** A person went to another entry: its place counts, with the settings that were still to be written. */
function follow(): void {
  if (!wanted) return;
  const url = new URL(location.href);
  url.search = here().search;
  wanted = { url: url.href, state: history.state };
  write();
}

if (typeof document !== 'undefined') {
  addEventListener('popstate', follow);
  addEventListener('pagehide', flush);
}
