// A folder for one test, and lines for it; no tests of its own.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RecordedOutcome } from './recorded-outcome.ts';

/** A path in a new folder, which goes with the test. */
export function pathIn(t: Pick<TestContext, 'after'>, name = 'outcomes.jsonl'): string {
  const folder = mkdtempSync(join(tmpdir(), 'hale-record-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

export const outcome = (rest: Partial<RecordedOutcome> = {}): RecordedOutcome => ({
  time: 1_764_000_000_000.123,
  service: 'api',
  instance: 'a',
  outcome: 'success',
  source: 'traffic',
  ...rest,
});

export function linesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  if (!text.endsWith('\n')) throw new Error(`${path} ends within a line`);
  return text.slice(0, -1).split('\n');
}

/** Numbered lines of 100 bytes each. */
export const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${String(from + i).padEnd(99, '.')}\n`);
