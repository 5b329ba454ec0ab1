import { FASHION_TASK } from '../src/app/data/fashion.ts';
import type { Situation } from '../src/app/settings/amount.ts';

/** The page with the built-in set on a software adapter. */
export const SITUATION: Situation = {
  face: 'page',
  adapter: { name: 'SwiftShader', software: true },
  builtin: true,
  available: 10_000,
  task: FASHION_TASK,
};
