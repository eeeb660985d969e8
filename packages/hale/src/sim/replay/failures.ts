// One instance's attempts -> the faults of its failures.
//
// Attempts are kinds: good, or one of the ways to fail. Stretches with one mixture of kinds are found (segments.ts), and
// each mixture is read as the fault of the catalogue that shows it:
//   connect nearly always         refuse        (with the resets of what was in flight when it crashed)
//   time-out nearly always        blackhole
//   resets all at once            resets        every connection breaks once
//   a lasting share of resets     truncated     the only fault that breaks a share of the answers
//   429                           overload      its rate: the most that was answered within a second
//   any other share of failures   brownout      503, fast
// A fault begins with the first attempt that shows it and ends with the first that does not: what happened in between to
// an instance that nobody asked is said by its checks (checks.ts).

import type { Fault } from '../../faults/index.ts';
import type { Attempt } from './histories.ts';
import { cutPenalty, stretchesOf } from './segments.ts';

export interface Stretch {
  /** Start of its first attempt, and of the first behind it (Infinity: none). */
  readonly at: number;
  readonly until: number;
  /** Start of the last good attempt before it; -Infinity: none. */
  readonly lastGood: number;
  /** The last failure's start. */
  readonly lastFailure: number;
  readonly faults: readonly Fault[];
  readonly failures: number;
}

const GOOD = 0;
const CONNECT = 1;
const TIMEOUT = 2;
const RESET = 3;
const ERROR = 4;
const OVERLOAD = 5;
const KINDS = 6;

/** `Nearly always`. */
const NEARLY_ALL = 0.8;
/** Refused connections for each reset from which the resets are what a crash broke. */
const CRASHED = 0.1;
/** A share below this, or fewer failures than this, is chance: no fault. */
const LEAST_SHARE = 0.001;
const LEAST_FAILURES = 2;
/** Resets within so long are one event. */
const BURST_MS = 100;
/** What Retry-After said is not recorded. */
const RETRY_AFTER_MS = 1000;

/** The stretches of an instance, in order; most have no fault. `attempts` by start. */
export function failureStretches(attempts: readonly Attempt[]): Stretch[] {
  const judged = attempts.filter(({ result }) => result !== 'ignored');
  const firstOf: number[] = [];
  for (let at = 0; at < judged.length; at++)
    if (at === 0 || kindOf(judged[at]) !== kindOf(judged[at - 1])) firstOf.push(at);
  const sums = new Float64Array(firstOf.length * KINDS);
  firstOf.forEach((first, run) => {
    sums[run * KINDS + kindOf(judged[first])] = (firstOf[run + 1] ?? judged.length) - first;
  });
  const cuts = stretchesOf({ sums, width: KINDS, cost: multinomialCost }, cutPenalty(judged.length));
  let lastGood = -Infinity;
  return cuts.map((run, index) => {
    const end = index + 1 < cuts.length ? firstOf[cuts[index + 1]] : judged.length;
    const stretch = stretchOf(judged.slice(firstOf[run], end), lastGood, judged[end]?.start ?? Infinity);
    lastGood = stretch.newGood;
    return stretch;
  });
}

function stretchOf(attempts: readonly Attempt[], lastGood: number, until: number): Stretch & { newGood: number } {
  let newGood = lastGood;
  let lastFailure = -Infinity;
  for (const one of attempts) {
    if (kindOf(one) === GOOD) newGood = one.start;
    else lastFailure = one.start;
  }
  const failures = attempts.length - countsOf(attempts)[GOOD];
  const shared = { lastGood, newGood, lastFailure, failures };
  if (failures < LEAST_FAILURES || failures < LEAST_SHARE * attempts.length)
    return { ...shared, at: attempts[0].start, until, faults: [] };
  const breaks = attempts.flatMap(({ result, end }) => (result === 'reset' ? end : []));
  const [first, last] = [breaks[0], breaks[breaks.length - 1]];
  // Connections that break at once do so at a moment, that of their ends.
  if (breaks.length === failures && Math.abs(last - first) <= BURST_MS)
    return { ...shared, at: first, until: first + 1, faults: [{ name: 'resets', everyMs: 0 }] };
  return { ...shared, at: attempts[0].start, until, faults: faultsOf(attempts) };
}

/** The faults that show such attempts, of which some failed; none is ignored. */
export function faultsOf(attempts: readonly Attempt[]): Fault[] {
  const all = attempts.length;
  const [, connect, timeout, reset, error, overload] = countsOf(attempts);
  if (connect + reset >= NEARLY_ALL * all && connect >= CRASHED * reset) return [{ name: 'refuse' }];
  if (timeout >= NEARLY_ALL * all) return [{ name: 'blackhole' }];
  const faults: Fault[] = [];
  const failing = connect + timeout + error;
  // What is turned away for its rate is not asked the other questions, and what failed cannot break any more.
  if (failing > 0) faults.push({ name: 'brownout', share: rounded(failing / (all - overload)) });
  if (reset > 0) faults.push({ name: 'truncated', share: rounded(reset / (all - overload - failing)) });
  if (overload > 0) faults.push({ name: 'overload', perSecond: mostPerSecond(attempts), retryAfterMs: RETRY_AFTER_MS });
  return faults;
}

function countsOf(attempts: readonly Attempt[]): number[] {
  const counts = new Array<number>(KINDS).fill(0);
  for (const one of attempts) counts[kindOf(one)]++;
  return counts;
}

function kindOf({ result }: Attempt): number {
  switch (result) {
    case 'good':
      return GOOD;
    case 'connect':
      return CONNECT;
    case 'timeout':
      return TIMEOUT;
    case 'reset':
      return RESET;
    case 'overload':
      return OVERLOAD;
    default:
      return ERROR;
  }
}

function multinomialCost(sums: Float64Array, at: number): number {
  let all = 0;
  for (let kind = 0; kind < KINDS; kind++) all += sums[at + kind];
  let cost = 0;
  for (let kind = 0; kind < KINDS; kind++) {
    const count = sums[at + kind];
    if (count > 0) cost -= count * Math.log(count / all);
  }
  return cost;
}

/** The most good answers within a second, at least 1. */
function mostPerSecond(attempts: readonly Attempt[]): number {
  const taken = attempts.filter(({ result }) => result === 'good');
  let most = 1;
  for (let from = 0, to = 0; to < taken.length; to++) {
    while (taken[from].start <= taken[to].start - 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

// People read it: four digits.
function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
