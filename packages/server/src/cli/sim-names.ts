// What `hale sim` knows by name, found or suggested.

import { suggest } from '../config/index.ts';
import { UsageError } from './command.ts';

/**
 * Each once, in the order of the first mention.
 * @throws {UsageError} naming the first that is unknown, with what was probably meant
 */
export function wanted<T extends { readonly name: string }>(
  names: readonly string[],
  known: readonly T[],
  what: 'scenario' | 'policy',
): T[] {
  return [...new Set(names)].map((name) => {
    const found = known.find((one) => one.name === name);
    if (found) return found;
    throw new UsageError(`there is no ${what} ${JSON.stringify(name.slice(0, 60))}${hint(name, known, what)}`);
  });
}

function hint(name: string, known: readonly { readonly name: string }[], what: string): string {
  const names = known.map((one) => one.name);
  if (what === 'scenario' && /\.(ya?ml|json|m?[jt]s)$/.test(name)) return ` (did you mean --scenario ${name}?)`;
  if (what === 'policy' && name.includes(',')) return ': --policy takes one name, and may be given again';
  const near = suggest(name, names);
  return near === undefined ? '; hale sim --list has their names' : ` (did you mean ${near}?)`;
}
