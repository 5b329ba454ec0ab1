// The notebook told in a terminal: each chapter as lines of text.
import { formatClassificationReport, formatSummary, type Summary } from '../../nn/index.ts';
import { type Choice, formatChoices } from '../../tensor/index.ts';
import { type DataSet, pixelsOf } from '../data/dataset.ts';
import { isFashion } from '../data/fashion.ts';
import { MOST_CLASSES_SHOWN, pixelsText, someOf } from '../readable.ts';
import type { RunCheckpoint } from '../checkpoint.ts';
import { trainCommand } from '../settings/command.ts';
import { TOPICS, type Paragraph } from '../discussion.ts';
import { divergenceCauses } from '../divergence.ts';
import type { Evaluation } from '../evaluation.ts';
import { stepsBy, stepsText } from '../extent.ts';
import type { Division } from '../division.ts';
import type { LoadProgress } from './dataset.ts';
import type { EpochRecord, RunConfig, RunRecord } from '../record.ts';
import type { RunMemory } from '../memory.ts';
import { networkTitle } from '../network.ts';
import { saidTransforms } from '../settings/augment.ts';
import { FULL } from '../settings/amount.ts';
import { accuracyTitle, saidMore } from '../settings/said.ts';
import { SCHEDULES } from '../settings/schedules.ts';
import { bytes, counted, duration, grouped, percent, setting } from '../wording.ts';
import {
  type Palette,
  confusionTable,
  facts,
  heading,
  imageRows,
  sparkline,
  table,
  wrap,
} from './terminal/index.ts';

/** Where the chapters are drawn. */
export interface Page {
  readonly width: number;
  readonly palette: Palette;
}

/** What stands on standard output before the JSON although nobody asked for it, and how to have it alone. */
export const banner = (script: string): string =>
  `npm has printed lines of its own before the JSON; for the JSON alone: npm run -s ${script} -- --json`;

/** One line for a download. */
export function loading({ file, doneBytes, ofBytes }: LoadProgress): string {
  const share = ofBytes === undefined ? '' : ` of ${bytes(ofBytes)}`;
  return `fetching ${file}: ${bytes(doneBytes)}${share}`;
}

/** What a person should know when the loss stopped being a number: a sentence, and each cause with the way out. */
export function divergence(step: number, config: RunConfig): readonly Advice[] {
  const causes = divergenceCauses(config, step).map(({ text, options }) =>
    options ? { text, command: trainCommand(config, options) } : { text },
  );
  const text =
    `Step ${grouped(step + 1)}: the loss or the weights are no longer finite numbers, so training stopped there and ` +
    'the last good weights are back. What may be the cause:';
  return [{ text }, ...causes];
}

/** Words, and the command that follows from them: a line of its own, whole, so that it can be copied. */
export interface Advice {
  readonly text: string;
  readonly command?: string;
}

export const problem = (data: DataSet, { width, palette }: Page): string[] => [
  heading('Problem', width, palette),
  ...wrap(
    isFashion(data.classes)
      ? `Which of ten garments does a gray image of ${data.height}x${data.width} pixels show? ` +
          `The classes: ${data.classes.join(', ')}. Some are told apart at a glance, a trouser from a bag; ` +
          'shirt, T-shirt, pullover and coat share one outline and differ in collar, sleeve and seam.'
      : `Which of ${counted(data.classes.length, 'class', 'classes')} does an image of ${pixelsText(data)} show? ` +
          `The classes: ${someOf(data.classes)}.`,
    width,
  ),
  '',
];

export const preparation = (
  config: RunConfig,
  { train, validation }: Division,
  data: DataSet,
  { width, palette }: Page,
): string[] => [
  heading('Preparation', width, palette),
  ...facts(
    [
      ['scaling', 'bytes 0..255 divided by 255, on the GPU, as each batch is drawn'],
      ['shape', `[${data.height}, ${data.width}, ${data.channels}] an image, channels last`],
      ['augmentation', saidTransforms(config.augment) || 'none'],
      [
        'split',
        `${counted(train.length, 'image')} to learn from, ${grouped(validation.length)} held out for validation ` +
          `(stratified, seed ${config.seed}), ${grouped(data.test.count)} for the test`,
      ],
    ],
    width,
    palette,
  ),
  '',
];

/** What the tuner found, and so which kernels this run is bound to. */
export const kernels = (choices: readonly Choice[], { width, palette }: Page): string[] => [
  heading('Kernels', width, palette),
  ...wrap(
    'Each contraction in the variant that was the fastest when it was measured on this adapter; the arrow marks it. ' +
      'Another is taken instead of the usual one only where it wins by 3 % or more.',
    width,
  ),
  '',
  ...formatChoices(choices).split('\n'),
  '',
];

export const model = (
  { network }: RunConfig,
  summary: Summary,
  { width, palette }: Page,
): string[] => [
  heading('Model', width, palette),
  ...facts([['network', networkTitle(network)]], width, palette),
  ...formatSummary(summary).split('\n'),
  '',
];

export const trainingPlan = (
  config: RunConfig,
  samples: number,
  { warmUpMs, memory }: { readonly warmUpMs: number; readonly memory: RunMemory },
  { width, palette }: Page,
): string[] => {
  const steps = stepsBy(config.epochs, samples, config.batchSize);
  const preset =
    config.preset === null
      ? []
      : wrap(
          `What was not asked for suits a ${config.preset}: ` +
            `${counted(config.epochs, 'epoch')}${config.trainLimit === null ? '' : ` over ${grouped(config.trainLimit)} images`}. ` +
            `For ${FULL.epochs} epochs over all images:`,
          width,
        ).concat(`  ${trainCommand(config, { images: 'all', epochs: FULL.epochs })}`);
  const more = saidMore(config, ['more']); // the preparation has told of the augmentation
  return [
    heading('Training', width, palette),
    ...preset.map((line) => palette.dim(line)),
    ...facts(
      [
        [
          'plan',
          `${counted(config.epochs, 'epoch')} of ${counted(stepsBy(1, samples, config.batchSize), 'step')}, ` +
            `${grouped(steps)} steps of ${config.batchSize} images`,
        ],
        [
          'optimizer',
          `${config.optimizer}, learning rate ${setting(config.learningRate)} (${SCHEDULES[config.schedule].title.toLowerCase()}), seed ${config.seed}`,
        ],
        [
          'GPU memory',
          `${bytes(memory.bytes)}, of them ${bytes(memory.stepBytes)} for what comes and goes within a step`,
        ],
        ...(more === '' ? [] : [['and', more] as const]),
        ['warm-up', `${duration(warmUpMs)}: kernels compiled, data uploaded`],
      ],
      width,
      palette,
    ),
  ];
};

/** Where a run goes on. */
export const resumed = ({ position, state, keptAt }: RunCheckpoint): string =>
  `Goes on at step ${grouped(state.stepsDone)}, in epoch ${position.epoch}, as it was kept on ${keptAt.slice(0, 16).replace('T', ' at ')} UTC.`;

/** A checkpoint that could not be written. */
export const notKept = (step: number, reason: string): string =>
  `The checkpoint after step ${grouped(step)} could not be written: ${reason}. The one before it stays, the run goes on, and the next one is tried.`;

export function epochLine(e: EpochRecord, epochs: number): string {
  const validation =
    e.validationAccuracy === null
      ? ''
      : `   validation loss ${e.validationLoss?.toFixed(4)} acc ${percent(e.validationAccuracy, 2)}`;
  const steps = stepsText(e);
  return (
    `epoch ${String(e.epoch).padStart(String(epochs).length)}/${epochs}${steps === undefined ? '' : ` (${steps})`}  ` +
    `loss ${e.trainLoss.toFixed(4)} acc ${percent(e.trainAccuracy, 2)}${validation}   ` +
    `${duration(e.timeMs)}, ${grouped(e.imagesPerSecond)} img/s`
  );
}

/** A test, and the run whose network it was. */
interface Test {
  readonly record: RunRecord;
  readonly judged: Evaluation;
  readonly data: DataSet;
}

/** How the run went, then figures, tables and pictures of its test. */
export function evaluation(test: Test, page: Page): string[] {
  const { record } = test;
  const { width, palette } = page;
  const { speed, epochs } = record;
  const last = epochs.at(-1);
  const steps = last && stepsText(last);
  const upTo = steps === undefined ? '' : `  the last one after ${steps}`;
  const curve = (of: (e: EpochRecord) => number | null) =>
    sparkline(epochs.map((e) => of(e) ?? NaN)) + upTo;
  const curves =
    epochs.length < 2
      ? []
      : facts(
          [
            ['training loss', curve((e) => e.trainLoss)],
            ['validation loss', curve((e) => e.validationLoss)],
          ],
          width,
          palette,
        );
  const time = `${duration(speed.medianStepMs)} a step, ${speed.dispatchesPerStep} dispatches, ${duration(speed.totalTimeMs)} in all`;
  return [...curves, '', ...testOf(test, page, [['speed', time]])];
}

/** Figures, tables and pictures of a test. */
export function testOf(
  { record, judged, data }: Test,
  { width, palette }: Page,
  more: readonly (readonly [string, string])[] = [],
): string[] {
  const worst = judged.misclassified.slice(0, 5).map((m) => ({
    pixels: pixelsOf(data, 'test', m.index),
    width: data.width,
    height: data.height,
    captions: [
      `${data.classes[m.label]}`,
      `said ${data.classes[m.predicted]}`,
      `${percent(m.probability)} sure`,
    ],
  }));
  const { low, high } = judged.interval;
  return [
    heading('Evaluation', width, palette),
    ...facts(
      [
        [
          accuracyTitle(record.config),
          `${percent(judged.accuracy, 2)}  (95 % interval ${percent(low)} to ${percent(high)}, ${counted(judged.count, 'image')})`,
        ],
        [
          'test loss',
          Number.isFinite(judged.loss) ? judged.loss.toFixed(4) : 'not a finite number',
        ],
        ...more,
        ['weights', `digest ${record.digest}`],
      ],
      width,
      palette,
    ),
    '',
    ...reportLines(judged),
    palette.bold('Confusion matrix'),
    ...confusionTable(judged.confusion, data.classes, width, palette),
    '',
    ...mostConfused(judged, { width, palette }),
    ...(worst.length === 0
      ? []
      : [palette.bold('Wrong and most sure of it'), ...imageRows(worst, width, palette), '']),
  ];
}

/** Of many classes those that are told the worst. */
function reportLines({ report }: Evaluation): string[] {
  const { classes } = report;
  const worst = new Set(classes.toSorted((a, b) => a.f1 - b.f1).slice(0, MOST_CLASSES_SHOWN));
  const shown = classes.filter((one) => worst.has(one));
  return [
    ...formatClassificationReport({ ...report, classes: shown }, 3).split('\n'),
    ...(shown.length < classes.length
      ? [`The ${shown.length} classes with the lowest F1, of ${classes.length}.`, '']
      : []),
  ];
}

function mostConfused(judged: Evaluation, { width, palette }: Page): string[] {
  const rows = judged.confusedPairs
    .slice(0, 5)
    .map((pair) => [
      judged.classes[pair.label] ?? '',
      judged.classes[pair.predicted] ?? '',
      grouped(pair.count),
      percent(pair.share),
    ]);
  if (rows.length === 0) return [];
  const columns = [
    { title: 'most confused' },
    { title: 'taken for' },
    { title: 'times', align: 'right' as const },
    { title: 'of its class', align: 'right' as const },
  ];
  return [...table(columns, rows, width, palette), ''];
}

export function discussion(
  paragraphs: readonly Paragraph[],
  config: RunConfig,
  { width, palette }: Page,
): string[] {
  const lines = [heading('Discussion', width, palette)];
  let topic = '';
  for (const p of paragraphs) {
    if (p.topic !== topic) lines.push(palette.bold(TOPICS[p.topic]));
    topic = p.topic;
    lines.push(...wrap(p.text, width));
    if (p.options) lines.push(palette.accent(`  ${trainCommand(config, p.options)}`));
    lines.push('');
  }
  return lines;
}

export const STOPPING =
  'Stopping: the training ends here, in the midst of its epoch. The test follows, and all is saved. ' +
  'Ctrl-C again stops at once.';
