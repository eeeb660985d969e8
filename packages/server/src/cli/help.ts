// The help texts, made from the table of commands. Lines stay within 80 columns.

import type { Command, Flag } from './command.ts';
import { HELP_FLAG } from './flags.ts';

export function generalHelp(commands: readonly Command[]): string {
  return lines(
    'hale, the health-aware load balancer',
    '',
    'Usage: hale COMMAND [options]',
    '',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    ...table([['help COMMAND', 'what a command takes']]),
    '',
    'Options:',
    ...table([
      ['--help', 'show this'],
      ['--version', 'show the version'],
    ]),
    '',
    'Example: hale serve --listen 127.0.0.1:8080 --to http://127.0.0.1:3001',
  );
}

export function commandHelp({ name, summary, usage, flags, notes }: Command): string {
  return lines(
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    '',
    ...usage.map((text, index) => `${index === 0 ? 'Usage:' : '      '} hale ${name} ${text}`.trimEnd()),
    '',
    ...table([...flags, HELP_FLAG].map((flag) => [nameOf(flag), flag.help])),
    ...(notes.length > 0 ? ['', ...notes] : []),
  );
}

function nameOf({ name, short, value }: Flag): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(14, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
