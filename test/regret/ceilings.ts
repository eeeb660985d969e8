// The recorded ceilings: in no scenario may hale regret more. `npm run sim:update` writes the file; the test reads it.
//
// The test takes a few seeds, so that it is quick, and they are always the same, so that it fails only when a decision of
// the engine has changed. A change that is as good draws other chances, though, and must not fail: so a ceiling is the mean
// over many seeds plus three standard errors of the few, and a little for what is nothing.

import { readFileSync } from 'node:fs';

/** By scenario. */
export type Ceilings = Readonly<Record<string, Ceiling>>;

export interface Ceiling {
  /** Mean regret over the seeds of the update, in points. */
  readonly mean: number;
  /** What the mean over the test's seeds must not exceed. */
  readonly ceiling: number;
  /** Why it was raised, the last time that it was. */
  readonly because?: string;
}

export const CEILINGS_FILE: URL = new URL('ceilings.json', import.meta.url);
/** The test's seeds. */
export const GUARD_SEEDS: readonly number[] = [1, 2, 3];
/** A run of more requests than this is left to the comparison: the guard is part of `npm test`. */
export const MOST_REQUESTS = 30_000;

export function readCeilings(): Ceilings {
  return JSON.parse(readFileSync(CEILINGS_FILE, 'utf8')) as Ceilings;
}
