#!/usr/bin/env node
// `weft train …`: the commands of the package, and the program in dist that has each.
const PROGRAMS = {
  train: 'train',
  sweep: 'sweep',
  evaluate: 'trained',
  predict: 'trained',
  export: 'trained',
};

const [command = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(PROGRAMS, command)) {
  const known = Object.keys(PROGRAMS).join(', ');
  const isHelp = ['', '--help', '-h', 'help'].includes(command);
  const usage = `usage: weft COMMAND [options]\ncommands: ${known}; weft COMMAND --help has the options`;
  (isHelp ? console.log : console.error)(isHelp ? usage : `weft: no command ${command}\n${usage}`);
  process.exit(isHelp ? 0 : 2);
}
const program = PROGRAMS[command];
// A program that is one command does not take its name.
const args = program === command ? rest : [command, ...rest];
process.argv.splice(2, process.argv.length, ...args);
await import(`../dist/${program}.js`);
