// From arguments to an exit code.

import { suggest } from '../config/index.ts';
import type { Command } from './command.ts';
import { OK, UsageError, WRONG } from './command.ts';
import { COMMANDS } from './commands.ts';
import { HELP_FLAG, parseFlags } from './flags.ts';
import { commandHelp, generalHelp } from './help.ts';
import type { Io } from './io.ts';

/** Runs one command line, `hale` itself left out. */
export async function run(args: readonly string[], io: Io, version: string): Promise<number> {
  let command: Command | undefined;
  try {
    const [first, ...rest] = args;
    if (first === undefined || first === '--help' || first === '-h') return tell(io, generalHelp(COMMANDS));
    if (first === '--version' || first === '-v' || first === '-V' || first === 'version')
      return tell(io, `${version}\n`);
    if (first === 'help') return tell(io, rest[0] === undefined ? generalHelp(COMMANDS) : commandHelp(find(rest[0])));
    command = find(first);
    const given = parseFlags(rest, command);
    return given.has(HELP_FLAG.name) ? tell(io, commandHelp(command)) : await command.run(given, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${error.message}\nSee hale ${command ? `${command.name} ` : ''}--help.\n`);
    return WRONG;
  }
}

function find(name: string): Command {
  const command = COMMANDS.find((known) => known.name === name);
  if (command) return command;
  if (name.startsWith('-')) {
    const near = suggest(name.replace(/^-+/, ''), ['help', 'version']);
    throw new UsageError(
      `hale has no option ${name} before a command${near === undefined ? '' : ` (did you mean --${near}?)`}`,
    );
  }
  const near = suggest(name, [...COMMANDS.map((known) => known.name), 'help']);
  throw new UsageError(
    `hale has no command ${JSON.stringify(name.slice(0, 60))}${near === undefined ? '' : ` (did you mean ${near}?)`}`,
  );
}

function tell(io: Io, text: string): number {
  io.out(text);
  return OK;
}
