// What concerns the whole page, wherever one reads: a failure that no place tells of, a worker that does not come,
// a storage that is held, a newer version that waits.
import { Component, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Client } from './client.ts';
import { useNewerVersion } from './versions.ts';
import './style/notices.css';

const reload = () => location.reload();

function Reload({ children }: { children: string }) {
  return (
    <button type="button" onClick={reload}>
      {children}
    </button>
  );
}

export function Notices({ state, tell }: Pick<Client, 'state' | 'tell'>) {
  const { trouble, worker, storage } = state;
  const isNewer = useNewerVersion();
  useUncaught((why) => tell({ kind: 'trouble', what: 'Something on this page failed', why }));
  return (
    <div class="notices">
      <div role="alert">
        {trouble && (
          <div class="notice">
            <p>
              <b>{trouble.what}:</b> {trouble.why.replace(/\.$/, '')}.
            </p>
            <p>
              {worker === 'gone'
                ? 'The network, a blocker of scripts or an update of the page may be the cause. Without it nothing here goes on; what is kept in this browser stays.'
                : 'The rest of the page goes on; what is kept in this browser stays.'}
            </p>
            <div class="actions">
              <Reload>Reload the page</Reload>
              {worker !== 'gone' && (
                <button type="button" class="link" onClick={() => tell({ kind: 'troubleRead' })}>
                  Close
                </button>
              )}
            </div>
          </div>
        )}
      </div>
      <div role="status">
        {worker === 'late' && (
          <div class="notice">
            <p>
              The part of the page that holds the data and the training is still being fetched,
              which takes longer than it should. If it does not come, reload the page.
            </p>
            <Reload>Reload the page</Reload>
          </div>
        )}
        {storage !== '' && <p class="notice">{storage}</p>}
        {isNewer && (
          <div class="notice">
            <p>A newer version of this page is here. This tab goes on with the one before.</p>
            <Reload>Reload to use it</Reload>
          </div>
        )}
      </div>
    </div>
  );
}

/** What nobody catches on the page is told as well. */
function useUncaught(tell: (why: string) => void): void {
  useEffect(() => {
    const error = ({ message }: ErrorEvent) => {
      // A size that changed while it was observed: the browser looks again by itself.
      if (!message.startsWith('ResizeObserver')) tell(message);
    };
    const rejection = ({ reason }: PromiseRejectionEvent) => tell(String(reason));
    addEventListener('error', error);
    addEventListener('unhandledrejection', rejection);
    return () => {
      removeEventListener('error', error);
      removeEventListener('unhandledrejection', rejection);
    };
  }, []);
}

/** A page that cannot be drawn says so in place of a blank. */
export class Boundary extends Component<{ children: ComponentChildren }, { why?: string }> {
  static override getDerivedStateFromError(error: unknown) {
    return { why: String(error) };
  }

  override render() {
    const { why } = this.state;
    if (why === undefined) return this.props.children;
    return (
      <main class="broken">
        <h1>This page could not be drawn</h1>
        <p role="alert">
          {why}. What is kept in this browser stays. Reload the page; if it stays so, its address
          may hold settings that it cannot show: <a href=".">open it without them</a>.
        </p>
        <Reload>Reload the page</Reload>
      </main>
    );
  }
}
