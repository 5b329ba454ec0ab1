// One paragraph of the discussion: what it is about, its words and the figures it rests on.

import type { Changes } from '../settings/read.ts';

export type Topic =
  'run' | 'strengths' | 'weaknesses' | 'fit' | 'certainty' | 'calibration' | 'next';

export interface Paragraph {
  readonly topic: Topic;
  readonly text: string;
  /** The figures the text rests on, by name. */
  readonly evidence: Readonly<Record<string, number>>;
  /** For topic 'next': the settings that it changes; all others are those of the run. */
  readonly options?: Changes;
}
