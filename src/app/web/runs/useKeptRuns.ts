// The kept runs of this browser, the same in all its tabs; without storage they last as long as the page.
import { useEffect, useState } from 'preact/hooks';
import type { RunRecord } from '../../record.ts';
import { nameHere } from '../deployment.ts';
import {
  freeName,
  isOfNewer,
  type KeptRun,
  keptOf,
  readStored,
  storedText,
  withRun,
} from './kept.ts';

const KEY = nameHere('runs');
/** Of builds that did not tell the deployments of one origin apart: taken over by the first that looks. */
const OLDER_KEY = 'weft.runs';

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
    if (!ended || ended.config.epochs === 0) return;
    // One that is shown again is among them already.
    const isKnown = ({ id, digest }: KeptRun) => id === ended.startedAt && digest === ended.digest;
    change((all) => (all.some(isKnown) ? all : withRun(all, keptOf(ended, freeName(all)))));
  }, [ended]);
  return { runs, change, isVolatile };
}

function stored(): readonly KeptRun[] {
  try {
    return readStored(localStorage.getItem(KEY) ?? localStorage.getItem(OLDER_KEY));
  } catch {
    return []; // a browser may forbid it, it may be damaged, or of a newer weft
  }
}

/** What a newer weft has stored, in another tab perhaps, stays. */
function store(runs: readonly KeptRun[]): boolean {
  try {
    if (isOfNewer(localStorage.getItem(KEY))) return false;
    localStorage.setItem(KEY, storedText(runs));
    localStorage.removeItem(OLDER_KEY);
    return true;
  } catch {
    return false;
  }
}
