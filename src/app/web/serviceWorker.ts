// Offline after the first visit: the page's files are kept when it is first seen, and served where there is no network.

/** Filled in by the build: the files of this page, and a digest of them all. */
declare const PAGE_FILES: readonly string[];
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
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Fetching) => void): void;
}
const scope = self as unknown as Scope;

const PREFIX = 'weft ';
const NAME = PREFIX + PAGE_DIGEST;

async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...PAGE_FILES]);
  await scope.skipWaiting();
}

async function forgetOthers(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The page itself comes from the network where there is one, so that a new version is seen at once. */
async function pageFrom(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match('./', { cacheName: NAME });
    if (!kept) throw error;
    return kept;
  }
}

/** All else has its contents in its name: what is kept is right for ever. */
async function fileFrom(request: Request): Promise<Response> {
  // Servers that vary by origin would hide from modules what was fetched without one.
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  // A font of a script that was not expected, say: kept from now on.
  if (fresh.ok) await (await caches.open(NAME)).put(request, fresh.clone());
  return fresh;
}

scope.addEventListener('install', (event) => event.waitUntil(keepAll()));
scope.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(request.mode === 'navigate' ? pageFrom(request) : fileFrom(request));
});
