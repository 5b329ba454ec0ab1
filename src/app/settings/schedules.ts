// The schedules by name; what each computes stands in schedule.ts.

interface ScheduleRow {
  readonly title: string;
  /** The share of the steps over which the rate rises, where nobody says. Large steps from random weights go astray. */
  readonly warmup: number;
}

export const SCHEDULES = {
  cosine: { title: 'Warm-up, then cosine', warmup: 0.05 },
  onecycle: { title: 'One cycle', warmup: 0.3 },
  linear: { title: 'Warm-up, then linear to 0', warmup: 0.2 },
  step: { title: 'Two steps down, each to a tenth', warmup: 0 },
  constant: { title: 'Constant', warmup: 0 },
} as const satisfies Readonly<Record<string, ScheduleRow>>;
