// A scenario is spelt in two ways. A program writes numbers of milliseconds under names that end in Ms, as the type says.
// A file leaves the Ms out and gives every duration its unit: whoever writes `length: 80` means seconds as often as
// milliseconds.
//
// The judge reads both by one shape, so that a fault names what its writer wrote and no translation stands between them.

import { formatDuration, parseDuration } from '../../core/kernel/index.ts';
import { describe } from '../../core/model/index.ts';

export interface Spelling {
  /** How a key of the scenario is written. */
  keyOf(name: string): string;
  /** Milliseconds of a duration, or undefined. */
  readDuration(value: unknown): number | undefined;
  /** Milliseconds as they are written. */
  writeDuration(ms: number): string;
  /** What a duration of that range looks like, after `expected`. */
  duration(range: string): string;
  /** `received` for a duration that was plainly meant, and spelt in another way. */
  hint(value: unknown): string | undefined;
  /** What a value with keys is called. */
  readonly mapping: string;
}

export const PROGRAM: Spelling = {
  keyOf: (name) => name,
  readDuration: (value) => (typeof value === 'number' ? value : undefined),
  writeDuration: (ms) => String(ms),
  duration: (range) => `a number of milliseconds ${range}`,
  hint(value) {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    return ms === undefined ? undefined : `${describe(value)} (write ${ms})`;
  },
  mapping: 'an object',
};

export const FILE: Spelling = {
  keyOf: (name) => name.replace(/Ms$/, ''),
  // 0 has no unit to need.
  readDuration: (value) => (typeof value === 'string' ? parseDuration(value) : value === 0 ? 0 : undefined),
  writeDuration(ms) {
    if (ms === 0) return '0';
    // It rounds, and a bound that is told must be the bound: 80 s is no '1.3m'.
    const text = formatDuration(ms);
    if (parseDuration(text) === ms) return text;
    return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
  },
  duration: (range) => `a duration ${range} such as '30s'`,
  hint: (value) =>
    typeof value === 'number' && value > 0 && value < Infinity
      ? `${value} (write '${value}s' or '${value}ms')`
      : undefined,
  mapping: 'a mapping',
};
