// The tuner's tables in what outlives the page. Where nothing can be kept, the next run measures again.
import type { TuningStore } from '../../../tensor/index.ts';
import { get, put } from './store.ts';

const nameOf = (key: string) => `tuning/${key}`;

export const tuningTables: TuningStore = {
  read: async (key) => {
    const text = await get(nameOf(key)).catch(() => undefined);
    return typeof text === 'string' ? text : undefined;
  },
  write: (key, text) => put(nameOf(key), text).catch(() => {}),
};
