// One paragraph of the discussion: what it is about, its words and the figures it rests on.

export type Topic =
  'run' | 'strengths' | 'weaknesses' | 'fit' | 'certainty' | 'calibration' | 'next';

export interface Paragraph {
  readonly topic: Topic;
  readonly text: string;
  /** The figures the text rests on, by name. */
  readonly evidence: Readonly<Record<string, number>>;
  /** For topic 'next': options of the training command that try it. */
  readonly options?: Readonly<Record<string, string | number | true>>;
}
