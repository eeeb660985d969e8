// One instance's history -> its lines of the fault script.
//
// Failures and slowness are fitted by themselves and laid over each other: an instance may be slow and fail. A fault that
// outlived the record ends with it.

import type { Fault, ScriptLine } from '../../faults/index.ts';
import type { Span } from './checks.ts';
import { explains, failedSpans, isHidden, meaningOf, seenWhole, spanOf } from './checks.ts';
import { failureStretches } from './failures.ts';
import type { History } from './histories.ts';
import type { Pace } from './slowness.ts';

export interface FittedScript {
  readonly lines: readonly ScriptLine[];
  /** Failures too few to be told from chance, which no line shows. */
  readonly chance: number;
  /** Spells of failed checks without a request: taken for a crash. */
  readonly unasked: number;
  /** Faults whose end no check saw. */
  readonly unseenEnds: number;
}

/** An end that is known within so long was seen. */
const SEEN_MS = 2000;

export function scriptOf({ attempts, checks }: History, pace: Pace, place: number, lengthMs: number): FittedScript {
  const lines: ScriptLine[] = [];
  const add = (fault: Fault, { at: from, until }: Span): void => {
    const at = rounded(from);
    const end = rounded(Math.min(until, lengthMs));
    const last = lines.at(-1);
    if (last !== undefined && last.until >= at && last.fault.name === fault.name && isWhole(fault))
      lines[lines.length - 1] = { ...last, until: Math.max(last.until, end) };
    else if (end > at) lines.push({ at, until: end, instance: String(place), fault });
  };

  // A crash that the checks saw needs no statistics, which would pass over the two requests that met it.
  const failed = failedSpans(checks);
  const whole = failed.flatMap((span) => seenWhole(span, attempts) ?? []);
  for (const { fault, ...span } of whole) add(fault, span);
  const others = attempts.filter(({ start }) => !whole.some(({ at, until }) => start >= at && start < until));
  let chance = 0;
  let unseenEnds = 0;
  for (const stretch of failureStretches(others)) {
    if (stretch.faults.length === 0) {
      chance += stretch.failures;
      continue;
    }
    const span = spanOf(stretch, checks);
    if (span.until === stretch.until && stretch.until - stretch.lastFailure > SEEN_MS) unseenEnds++;
    for (const fault of stretch.faults) add(fault, span);
  }
  const faults = [...lines];
  for (const line of faults) if (isHidden(line.fault, line, checks)) add({ name: 'check-lies', says: 'good' }, line);
  let unasked = 0;
  for (const span of failed) {
    if (faults.some((line) => line.at < span.until && span.at < line.until && explains(line.fault, span.count)))
      continue;
    const fault = meaningOf(span, attempts);
    if (fault.name !== 'check-lies') unasked++;
    add(fault, span);
  }
  for (const { at, until, factor } of pace.slow) add({ name: 'slow', factor: rounded(factor) }, { at, until });
  // What checks say stands over what the fault would do to them, so lies stay behind their faults.
  return { lines: lines.sort((a, b) => a.at - b.at), chance, unasked, unseenEnds };
}

function isWhole({ name }: Fault): boolean {
  return name === 'refuse' || name === 'blackhole';
}

// To thousandths: of a millisecond, of a factor. People read the script.
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
