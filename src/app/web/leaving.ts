// A page that is hidden or left while it trains.
import { useEffect } from 'preact/hooks';
import type { Lever } from './protocol.ts';

/** A page that is hidden may be thrown away without another word: then the run has to be kept. */
export function useVisibility(pull: (lever: Lever) => void): void {
  useEffect(() => {
    const change = () =>
      pull({ kind: 'visible', isVisible: document.visibilityState === 'visible' });
    const leave = () => pull({ kind: 'visible', isVisible: false });
    change();
    document.addEventListener('visibilitychange', change);
    addEventListener('pagehide', leave);
    addEventListener('pageshow', change);
    return () => {
      document.removeEventListener('visibilitychange', change);
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', change);
    };
  }, []);
}

/** A training in the background is easily closed by mistake; a paused one is kept. */
export function useLeaveWarning(running: boolean): void {
  useEffect(() => {
    if (!running) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [running]);
}
