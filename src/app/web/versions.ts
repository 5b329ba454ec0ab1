// The page's service worker, and whether the server has a newer page than this one.
import { useEffect, useState } from 'preact/hooks';

/** In the built page alone. Without it all works the same, but not without a network. */
const worker = import.meta.env.MODE === 'page' && navigator.serviceWorker;

/** A newer version of the page is fetched and waits: this tab shows the one before. */
export function useNewerVersion(): boolean {
  const [isNewer, setNewer] = useState(false);
  useEffect(() => {
    // It is absent on a page that is not secure.
    if (!worker) return;
    const look = async (registration: ServiceWorkerRegistration) => {
      // A tab that was opened after the update has the newer page already, and the older worker still.
      if (registration.waiting && (await isOutdated())) setNewer(true);
    };
    const watch = async () => {
      const registration = await worker.register('./serviceWorker.js');
      await look(registration);
      registration.addEventListener('updatefound', () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => void look(registration).catch(() => {}));
      });
    };
    watch().catch(() => {}); // forbidden, or no network
  }, []);
  return isNewer;
}

/** Does the page on the server begin with another program than this one did? */
async function isOutdated(): Promise<boolean> {
  const response = await fetch('./', { cache: 'no-store' });
  const own = new URL(import.meta.url).pathname.split('/').at(-1) ?? '';
  return response.ok && !(await response.text()).includes(own);
}
