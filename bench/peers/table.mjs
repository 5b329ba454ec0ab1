// A race's report as lines of text: one column a contender.

/** @typedef {import('./race.ts').PeerResult} PeerResult */

const ms = (/** @type {number} */ value) => value.toFixed(value < 100 ? 1 : 0);
const few = (/** @type {number} */ value) => String(Math.round(value * 100) / 100);
const mib = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1);

/** @type {[string, (peer: PeerResult, first: PeerResult) => string][]} */
const ROWS = [
  ['', (p) => `${p.name} ${p.version}`],
  ['backend', (p) => p.backend],
  ['step, median, ms', (p) => ms(p.stepMs.median)],
  ['  5th to 95th percentile', (p) => `${ms(p.stepMs.low)}–${ms(p.stepMs.high)}`],
  ['  of so many turns', (p) => `${p.stepMs.samples} x ${p.stepsAtOnce}`],
  ['  times the first', (p, first) => (p.stepMs.median / first.stepMs.median).toFixed(2)],
  ['first step, ms', (p) => ms(p.firstStepMs)],
  ['inference, 128 images, ms', (p) => ms(p.inferenceMs[128])],
  ['inference, 1,000 images, ms', (p) => ms(p.inferenceMs[1000])],
  ['dispatches a step', (p) => few(p.dispatches)],
  ['passes a step', (p) => few(p.passes)],
  ['submits a step', (p) => few(p.submits)],
  ['buffers created a step', (p) => few(p.buffersCreated)],
  ['bytes written a step', (p) => few(p.bytesWritten)],
  ['live GPU memory, MiB', (p) => mib(p.liveBytes)],
  ['loss of the last compared step', (p) => p.losses.at(-1)?.toFixed(5) ?? ''],
];

/** @param {import('./contenders.ts').Report} report */
export function table({ adapter, runtime, batch, waited, peers }) {
  const first = /** @type {PeerResult} */ (peers[0]);
  const columns = peers.map((peer) => ROWS.map(([, show]) => show(peer, first)));
  const titles = ROWS.map(([title]) => title);
  const width = Math.max(...titles.map((title) => title.length));
  const widths = columns.map((column) => Math.max(...column.map((cell) => cell.length)));
  const lines = titles.map((title, row) =>
    [
      title.padEnd(width),
      ...columns.map((column, i) => (column[row] ?? '').padStart(widths[i] ?? 0)),
    ].join('  '),
  );
  const notes = peers.flatMap((p) => p.notes.map((note) => `${p.name} ${p.backend}: ${note}`));
  return [`${adapter}, ${runtime}, batch ${batch}; ${waited}`, '', ...lines, '', ...notes].join(
    '\n',
  );
}
