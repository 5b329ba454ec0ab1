// The kept runs of this browser, the same in all its tabs; without storage they last as long as the page.
import { useEffect, useState } from 'preact/hooks';
import type { RunRecord } from '../../record.ts';
import { freeName, type KeptRun, keptOf, readStored, storedText, withRun } from './kept.ts';

const KEY = 'weft.runs';

export interface KeptRuns {
  readonly runs: readonly KeptRun[];
  /** Takes the list that a function makes of the present one. */
  readonly change: (make: (runs: readonly KeptRun[]) => readonly KeptRun[]) => void;
  /** They could not be stored. */
  readonly isVolatile: boolean;
}

/** A run that has ended joins them; weights from a file, which nobody trained here, do not. */
export function useKeptRuns(ended: RunRecord | undefined): KeptRuns {
  const [runs, setRuns] = useState(stored);
  const [isVolatile, setVolatile] = useState(false);
  useEffect(() => {
    const elsewhere = (event: StorageEvent) => {
      if (event.key === KEY) setRuns(stored());
    };
    addEventListener('storage', elsewhere);
    return () => removeEventListener('storage', elsewhere);
  }, []);
  const change: KeptRuns['change'] = (make) =>
    setRuns((before) => {
      const after = make(before);
      setVolatile(!store(after));
      return after;
    });
  useEffect(() => {
    if (ended && ended.config.epochs > 0)
      change((all) => withRun(all, keptOf(ended, freeName(all))));
  }, [ended]);
  return { runs, change, isVolatile };
}

function stored(): readonly KeptRun[] {
  try {
    return readStored(localStorage.getItem(KEY));
  } catch {
    return []; // a browser may forbid it, and a newer weft may have stored what is not understood here
  }
}

/** What cannot be read stays: it may be of a newer weft in another tab. */
function store(runs: readonly KeptRun[]): boolean {
  try {
    readStored(localStorage.getItem(KEY));
    localStorage.setItem(KEY, storedText(runs));
    return true;
  } catch {
    return false;
  }
}
