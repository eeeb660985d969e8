// One wrong value on its way to whoever wrote it: where it is, and what was wanted there. Whoever knows the text adds the
// line; whoever has only the value adds a rendering of it.

import type { Fault } from '../../core/model/index.ts';
import { describe } from '../../core/model/index.ts';

export type Path = readonly (string | number)[];

export interface ScenarioFinding {
  /** As its writer spelt it. What is missing is at the path where it should be. */
  readonly path: Path;
  readonly expected: string;
  /** In place of a plain rendering of the value, e.g. with a hint. */
  readonly received?: string;
  /** It is the key that is wrong, not its value. */
  readonly atKey?: true;
}

/** The finding about a value that a program handed in. */
export function faultOf({ path, expected, received }: ScenarioFinding, value: unknown): Fault {
  return { path: formatPath(path), expected, received: received ?? describe(valueAt(value, path)) };
}

/** The value at a path, or undefined. Only what is a value's own counts. */
export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** `script[3].fault.factor` */
function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]{1,80}$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${describe(step)}]`;
  }
  return text === '' ? 'scenario' : text;
}
