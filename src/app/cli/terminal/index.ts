// The face of the command line: colours, headings, tables, charts, images and progress as text.

export { bar, barChart, columnChart, confusionTable, sparkline } from './charts.ts';
export { drawImage, halved, imageRows, type CaptionedImage, type GreyImage } from './images.ts';
export { colourDepth, Palette, type ColourDepth, type TerminalTraits } from './palette.ts';
export {
  plainProgress,
  progressLine,
  ProgressLine,
  type Progress,
  type Screen,
} from './progress.ts';
export { cut, facts, heading, pad, table, visibleWidth, wrap, type Column } from './text.ts';
