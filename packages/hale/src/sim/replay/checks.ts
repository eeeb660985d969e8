// What an instance's checks add to its attempts: when a fault really began and ended, and whether the checks lie.
//
// A balancer stops asking an instance that fails, so attempts alone say only that the fault ended before the next good one.
// Checks go on. Their word is taken where they saw the fault at all: a check that passed all through a fault knows nothing
// of its end.

import type { Fault } from '../../faults/index.ts';
import type { Attempt, CheckAnswer } from './histories.ts';
import type { Stretch } from './failures.ts';
import { faultsOf } from './failures.ts';

export interface Span {
  readonly at: number;
  readonly until: number;
}

/** Failed checks in a row that are no chance. */
const LEAST_FAILED = 2;
/** Share of passed checks from which they lie in a fault, if chance would let so many pass less often than that. */
const LYING_SHARE = 0.95;
const CHANCE = 0.01;

/** When the fault of a stretch was at work. */
export function spanOf(stretch: Stretch, checks: readonly CheckAnswer[]): Span {
  let { at, until, lastFailure } = stretch;
  let hasSeen = false;
  for (const check of checks) {
    if (check.passed || check.at < at || check.at >= until) continue;
    hasSeen = true;
    lastFailure = Math.max(lastFailure, check.at);
  }
  if (!hasSeen) return { at, until };
  const passed = checks.find((check) => check.passed && check.at > lastFailure);
  if (passed !== undefined) until = Math.min(until, passed.at);
  for (let last = checks.length - 1; last >= 0; last--) {
    const check = checks[last];
    if (check.at >= at) continue;
    if (check.passed || check.at <= stretch.lastGood) break;
    at = check.at;
  }
  return { at, until };
}

/** Failed checks in a row, from the first to the next that passed (Infinity: none). */
export interface FailedSpan extends Span {
  readonly count: number;
}

/**
 * A crash or a black hole that the checks saw, widened to the failures just before them. Undefined: the attempts within say
 * otherwise, or nothing.
 */
export function seenWhole({ at, until, count }: FailedSpan, attempts: readonly Attempt[]): WholeSpan | undefined {
  let first = attempts.findIndex(({ start }) => start >= at);
  if (first < 0) first = attempts.length;
  while (first > 0 && attempts[first - 1].result !== 'good') first--;
  const within = attempts.slice(first).filter(({ start, result }) => start < until && result !== 'ignored');
  if (within.length === 0 || within.some(({ result }) => result === 'good')) return undefined;
  const [fault, ...more] = faultsOf(within);
  if (more.length > 0 || (fault.name !== 'refuse' && fault.name !== 'blackhole')) return undefined;
  return { at: Math.min(at, within[0].start), until, count, fault };
}

export interface WholeSpan extends FailedSpan {
  readonly fault: Fault;
}

export function failedSpans(checks: readonly CheckAnswer[]): FailedSpan[] {
  const spans: FailedSpan[] = [];
  for (let from = 0; from < checks.length; from++) {
    if (checks[from].passed) continue;
    let to = from;
    while (to < checks.length && !checks[to].passed) to++;
    const count = to - from;
    if (count >= LEAST_FAILED) spans.push({ at: checks[from].at, until: checks[to]?.at ?? Infinity, count });
    from = to;
  }
  return spans;
}

/** Did the checks pass all through a fault that lets checks fail with this share? */
export function isHidden(fault: Fault, { at, until }: Span, checks: readonly CheckAnswer[]): boolean {
  const failing = failingShare(fault);
  if (failing === 0) return false;
  const within = checks.filter((check) => check.at >= at && check.at < until);
  const passed = within.filter((check) => check.passed).length;
  return passed >= LYING_SHARE * within.length && within.length > 0 && (1 - failing) ** passed < CHANCE;
}

/** What failed checks without a fitted fault mean: a lie if the instance answered well meanwhile, else that it was gone. */
export function meaningOf({ at, until }: Span, attempts: readonly Attempt[]): Fault {
  const within = attempts.filter(({ start, result }) => result !== 'ignored' && start >= at && start < until);
  if (within.some(({ result }) => result === 'good')) return { name: 'check-lies', says: 'bad' };
  return { name: within.some(({ result }) => result === 'timeout') ? 'blackhole' : 'refuse' };
}

/** Does this fault explain so many failed checks in a row? */
export function explains(fault: Fault, count: number): boolean {
  return failingShare(fault) ** count > CHANCE / 10;
}

function failingShare(fault: Fault): number {
  switch (fault.name) {
    case 'refuse':
    case 'blackhole':
      return 1;
    case 'brownout':
      return fault.share;
    default:
      return 0;
  }
}
