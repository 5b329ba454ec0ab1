// What one does with a run that has ended: `weft evaluate`, `weft predict`, `weft export`.
import { Command } from 'commander';
import { outliveReaders } from '../output.ts';
import { standingIn } from '../place.ts';
import { addEvaluate } from './evaluate.ts';
import { addExport } from './export.ts';
import { addPredict } from './predict.ts';

const program = new Command('weft').description(
  'A run that has ended: evaluated, asked, exported.',
);
const here = standingIn();
for (const add of [addEvaluate, addPredict, addExport]) add(program, here);
outliveReaders(process.stdout, process.stderr);
try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`weft: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
