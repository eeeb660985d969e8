// A fault on its way: first a place in the tree with what was wanted, then, once the file is known, a line for people.

import type { Fault } from 'hale/engine';
import { describe } from 'hale/engine';

export type Path = readonly (string | number)[];

/** Found while judging the tree. */
export interface Finding {
  readonly path: Path;
  readonly expected: string;
  /** Replaces the plain rendering of the value, e.g. to add a hint. Never used for a value that came from the environment. */
  readonly received?: string;
  /** Point at the key, not at its value. */
  readonly atKey?: true;
}

/** One wrong value of a file. Line and column count from 1; 0 when there is no file, as for flags. */
export interface ConfigFault extends Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `hale.yaml:3:11 services.api.health.jitter: expected a number from 0 to 1, received 2` */
export function formatFault({ file, line, column, path, expected, received }: ConfigFault): string {
  const place = line > 0 ? `${file}:${line}:${column} ` : '';
  return `${place}${path}: expected ${expected}, received ${received}`;
}

/** `services.api.instances[0].url` */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]{1,80}$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${describe(step)}]`;
  }
  return text === '' ? 'document' : text;
}

/** A value as a file calls it. */
export function render(value: unknown): string {
  if (value === null) return 'nothing';
  return typeof value === 'object' && !Array.isArray(value) ? 'a mapping' : describe(value);
}

/** The value at a path of a tree, or undefined. */
export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
