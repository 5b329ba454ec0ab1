// The face of the command line: colors, headings, tables, charts, images and progress as text.

export { bar, barChart, columnChart, confusionTable, sparkline } from './charts.ts';
export { drawImage, halved, imageRows, type CaptionedImage, type GrayImage } from './images.ts';
export { colorDepth, Palette, type ColorDepth, type TerminalTraits } from './palette.ts';
export { plainProgress, progressLine, ProgressLine, type Progress } from './progress.ts';
export { StatusLine, type Screen } from './status.ts';
export { cut, facts, heading, pad, table, visibleWidth, wrap, type Column } from './text.ts';
