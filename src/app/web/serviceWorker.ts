// Offline after the first visit: the page's files are kept when it is first seen, and served where there is no network.
// A newer version is fetched beside the old one and takes over when the last tab of the old one is gone; until then
// the old one's files stay, so that what a tab fetches late is there.

/** Filled in by the build: the files of this page with the SHA-256 of each, and a digest of them all. */
declare const PAGE_FILES: Readonly<Record<string, string>>;
declare const PAGE_DIGEST: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Scope {
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly scope: string };
  addEventListener(kind: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Fetching) => void): void;
}
const worker = self as unknown as Scope;

/** The folder of this deployment, such as 'https://example.org/a/'; another of the same origin has its own caches. */
const { scope } = worker.registration;
const PREFIX = `weft ${scope} `;
const NAME = PREFIX + PAGE_DIGEST;
/** In it every file has its contents in its name. */
const ASSETS = `${scope}assets/`;

/** All files or none: one that is not of this version, an old page from a cache on the way, say, ends the attempt. */
async function keepAll(): Promise<void> {
  const files = await Promise.all(
    Object.entries(PAGE_FILES).map(async ([name, digest]) => {
      const response = await fetch(new URL(name, scope), { cache: 'reload' });
      const bytes = await response.clone().arrayBuffer();
      if (!response.ok || (await sha256(bytes)) !== digest)
        throw new Error(`${name} is not that of this version; the next visit tries again`);
      return [new URL(name, scope), response] as const;
    }),
  );
  const cache = await caches.open(NAME);
  await Promise.all(files.map(([url, response]) => cache.put(url, response)));
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** No tab of an older version is left. */
async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys())
    if (name !== NAME && (await isOurs(name))) await caches.delete(name);
  await worker.clients.claim();
}

/** Older builds did not name the deployment: what is in such a cache says whose it is. */
async function isOurs(name: string): Promise<boolean> {
  if (name.startsWith(PREFIX)) return true;
  if (!/^weft [0-9a-f]{16}$/.test(name)) return false;
  const requests = await (await caches.open(name)).keys();
  return requests.some(({ url }) => url === scope);
}

/** The page itself comes from the network where there is one, so that a new version is seen at once. */
async function pageFrom(request: Request): Promise<Response> {
  try {
    return await fetch(request, { cache: 'no-cache' });
  } catch (error) {
    const kept = await caches.match(scope, { cacheName: NAME });
    if (!kept) throw error;
    return kept;
  }
}

/** What is kept is right for ever. */
async function assetFrom(request: Request): Promise<Response> {
  // Servers that vary by origin would hide from modules what was fetched without one.
  const how = { ignoreSearch: true, ignoreVary: true, cacheName: NAME };
  const kept = await caches.match(request, how);
  if (kept) return kept;
  const fresh = await fetch(request);
  // A font of a script that was not expected, say: kept from now on. A page in its place is an error in disguise.
  const isPage = fresh.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (fresh.ok && !isPage) await (await caches.open(NAME)).put(request, fresh.clone());
  return fresh;
}

async function otherFrom(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true, cacheName: NAME });
    if (!kept) throw error;
    return kept;
  }
}

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { origin, pathname } = new URL(request.url);
  const at = origin + pathname;
  // What lies deeper may be another deployment.
  const isPage = at === scope || at === `${scope}index.html`;
  if (request.mode === 'navigate') {
    if (isPage) event.respondWith(pageFrom(request));
  } else if (at.startsWith(ASSETS)) event.respondWith(assetFrom(request));
  else if (at.startsWith(scope) && !at.slice(scope.length).includes('/'))
    event.respondWith(otherFrom(request));
});
