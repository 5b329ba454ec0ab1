#!/usr/bin/env node
// `weft train …`: the commands of the package. Each is a program of its own in dist.
const PROGRAMS = {
  train: '../dist/train.js',
  sweep: '../dist/sweep.js',
  export: '../dist/export.js',
};

const [command = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAMS, command)) {
  const known = Object.keys(PROGRAMS).join(', ');
  const isHelp = ['', '--help', '-h', 'help'].includes(command);
  const usage = `usage: weft COMMAND [options]\ncommands: ${known}; weft COMMAND --help has the options`;
  (isHelp ? console.log : console.error)(isHelp ? usage : `weft: no command ${command}\n${usage}`);
  process.exit(isHelp ? 0 : 2);
}
process.argv.splice(2, process.argv.length, ...rest);
await import(PROGRAMS[command]);
