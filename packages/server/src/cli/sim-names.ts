// What `hale sim` knows by name, found or suggested, and listed.

import type { PolicyEntry, Scenario } from 'hale/sim';
import { suggest } from '../config/index.ts';
import { UsageError } from './command.ts';

/** @throws {UsageError} naming the first that is unknown, with what was probably meant */
export function wanted<T extends { readonly name: string }>(
  names: readonly string[],
  known: readonly T[],
  what: string,
): T[] {
  return names.map((name) => {
    const found = known.find((one) => one.name === name);
    if (found) return found;
    const near = suggest(
      name,
      known.map((one) => one.name),
    );
    const hint = near === undefined ? '; hale sim --list has their names' : ` (did you mean ${near}?)`;
    throw new UsageError(`there is no ${what} ${JSON.stringify(name.slice(0, 60))}${hint}`);
  });
}

/** Names and meanings, within 80 columns. */
export function listText(scenarios: readonly Scenario[], policies: readonly PolicyEntry[]): string {
  const width = Math.max(...[...scenarios, ...policies].map(({ name }) => name.length)) + 4;
  const lines = (entries: readonly { readonly name: string; readonly doc: string }[]): string =>
    entries
      .map(({ name, doc }) => {
        const [first, ...more] = wrapped(doc, 80 - width);
        return [`  ${name}`.padEnd(width) + first, ...more.map((line) => ' '.repeat(width) + line)].join('\n');
      })
      .join('\n');
  return `Scenarios:\n${lines(scenarios)}\n\nPolicies:\n${lines(policies)}\n`;
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
