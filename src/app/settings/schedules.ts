// The schedules by name; what each computes stands in schedule.ts.

interface ScheduleRow {
  readonly title: string;
  /** The share of the steps over which the rate rises, where nobody says. */
  readonly warmup: number;
}

export const SCHEDULES = {
  cosine: { title: 'Warm-up, then cosine', warmup: 0.05 },
  onecycle: { title: 'One cycle', warmup: 0.3 },
  linear: { title: 'Warm-up, then linear to 0', warmup: 0.2 },
  step: { title: 'Two steps down, each to a tenth', warmup: 0 },
  constant: { title: 'Constant', warmup: 0 },
} as const satisfies Readonly<Record<string, ScheduleRow>>;

/** The share of the steps over which the rate of a run rises; null is what is usual of its schedule. */
export const warmupOf = ({
  schedule,
  warmup,
}: {
  readonly schedule: keyof typeof SCHEDULES;
  readonly warmup: number | null;
}): number => warmup ?? SCHEDULES[schedule].warmup;

/** A short one, for who has none. */
export const SHORT_WARMUP = SCHEDULES.cosine.warmup;
