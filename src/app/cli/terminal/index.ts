// The face of the command line: colors, headings, tables, charts, images and progress as text.

export { bar, barChart, columnChart, confusionTable, sparkline } from './charts.ts';
export { drawImage, halved, imageRows } from './images.ts';
export { colorDepth, Palette } from './palette.ts';
export { progressLine, ProgressLine, type Progress } from './progress.ts';
export { StatusLine } from './status.ts';
export { cut, facts, heading, pad, table, visibleWidth, wrap } from './text.ts';
