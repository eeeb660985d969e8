// Arguments -> what a command was given, or one sentence about what is wrong.
//
// `parseArgs` finds the tokens; its own errors are written for programmers, so it runs without `strict` and the
// judging is done here.

import { parseArgs } from 'node:util';
import { suggest } from '../config/index.ts';
import type { Command, Flag, Given } from './command.ts';
import { UsageError } from './command.ts';

/** Every command has it. */
export const HELP_FLAG: Flag = { name: 'help', short: 'h', help: 'show this' };

/** @throws {UsageError} */
export function parseFlags(args: readonly string[], command: Command): Given {
  const flags = [...command.flags, HELP_FLAG];
  const options = Object.fromEntries(
    flags.map(
      ({ name, short, value }) =>
        [name, { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short && { short }) }] as const,
    ),
  );
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = flags.find(({ name }) => name === token.name);
    if (!flag) throw new UsageError(unknownFlag(token.rawName, command, flags));
    const before = given.get(flag.name);
    if (before && !flag.isRepeatable) throw new UsageError(`--${flag.name} is given twice`);
    given.set(flag.name, [...(before ?? []), valueOf(flag, token)]);
  }
  // Whoever asks for help has got the rest wrong, perhaps.
  if (!given.has(HELP_FLAG.name)) checkOperands(positionals, command);
  return {
    has: (flag) => given.has(flag),
    value: (flag) => given.get(flag)?.[0],
    values: (flag) => given.get(flag) ?? [],
    operands: positionals,
  };
}

/** A flag's value as a whole number. @throws {UsageError} */
export function wholeNumber(given: Given, flag: string, min: number, max: number): number | undefined {
  const text = given.value(flag);
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${flag} is a whole number from ${min} to ${max}, not ${JSON.stringify(text.slice(0, 40))}`);
}

function valueOf(
  flag: Flag,
  { value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${flag.name} takes no value`);
    return '';
  }
  // `--config --listen x` has lost its value; a value that begins with a dash can still be written `--config=-x`.
  const isLost = value === undefined || value === '' || (!inlineValue && value.startsWith('-') && value !== '-');
  if (isLost) throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}`);
  return value;
}

function unknownFlag(rawName: string, command: Command, flags: readonly Flag[]): string {
  const near = rawName.startsWith('--')
    ? suggest(
        rawName.slice(2),
        flags.map(({ name }) => name),
      )
    : undefined;
  return `hale ${command.name} has no option ${rawName}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
}

function checkOperands(operands: readonly string[], { name, maxOperands, flags }: Command): void {
  if (maxOperands === undefined || operands.length <= maxOperands) return;
  const extra = operands[maxOperands] ?? '';
  const meant = /\.ya?ml$/.test(extra) ? 'config' : /^https?:\/\//.test(extra) ? 'to' : undefined;
  const hint = flags.some((flag) => flag.name === meant) ? ` (did you mean --${meant} ${extra}?)` : '';
  throw new UsageError(`hale ${name} does not know what to do with ${JSON.stringify(extra)}${hint}`);
}
