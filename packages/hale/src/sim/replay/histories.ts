// What a record tells of each instance: its attempts in the order they were sent, and its checks.
//
// A record holds ends; an instance decides what it does with a request when it comes. So attempts are put in the order of
// their starts, end - latency: a time-out of 10 s says that the instance was silent 10 s ago. Without a latency the start
// of a time-out is one time-out before its end, and that of anything else is the end itself.

import type { FailureCause } from '../../core/model/index.ts';
import type { RecordedOutcome } from './line.ts';

/** Times are ms from the record's origin. */
export interface Attempt {
  readonly start: number;
  readonly end: number;
  readonly result: 'good' | 'ignored' | FailureCause;
  readonly hasLatency: boolean;
}

export interface CheckAnswer {
  readonly at: number;
  readonly passed: boolean;
}

export interface History {
  readonly id: string;
  /** By start: traffic and reports, which both tell how the instance does. */
  readonly attempts: readonly Attempt[];
  /** By time. */
  readonly checks: readonly CheckAnswer[];
}

export interface Histories {
  /** In the order of first appearance. */
  readonly instances: readonly History[];
  /** Starts of the requests, ascending: traffic, or reports if there is no traffic. */
  readonly arrivals: readonly number[];
  readonly lengthMs: number;
  /** The callers' patience, as far as time-outs show it. */
  readonly timeoutMs: number | undefined;
  /** Unix ms of the origin. */
  readonly originMs: number;
}

/** Of one service's outcomes, by time. */
export function historiesOf(outcomes: readonly RecordedOutcome[]): Histories {
  const timeoutMs = medianOf(
    outcomes.flatMap(({ cause, latencyMs }) => (cause === 'timeout' && latencyMs !== undefined ? [latencyMs] : [])),
  );
  const startOf = ({ time, cause, latencyMs }: RecordedOutcome): number =>
    time - (latencyMs ?? (cause === 'timeout' ? (timeoutMs ?? 0) : 0));
  let originMs = Infinity;
  let hasTraffic = false;
  for (const one of outcomes) {
    originMs = Math.min(originMs, one.source === 'check' ? one.time : startOf(one));
    hasTraffic ||= one.source === 'traffic';
  }
  const places = new Map<string, { id: string; attempts: Attempt[]; checks: CheckAnswer[] }>();
  const arrivals: number[] = [];
  for (const one of outcomes) {
    const { instance: id, source, outcome, cause, latencyMs } = one;
    let place = places.get(id);
    if (place === undefined) places.set(id, (place = { id, attempts: [], checks: [] }));
    const end = one.time - originMs;
    if (source === 'check') {
      place.checks.push({ at: end, passed: outcome === 'success' });
      continue;
    }
    const start = startOf(one) - originMs;
    const result = outcome === 'success' ? 'good' : outcome === 'ignored' ? 'ignored' : cause!;
    place.attempts.push({ start, end, result, hasLatency: latencyMs !== undefined });
    if (source === 'traffic' || !hasTraffic) arrivals.push(start);
  }
  for (const { attempts } of places.values()) attempts.sort((a, b) => a.start - b.start);
  arrivals.sort((a, b) => a - b);
  // Checks may go on long after the last request; there is nothing to replay in that.
  let lastMs = 0;
  for (const { attempts } of places.values()) for (const { end } of attempts) lastMs = Math.max(lastMs, end);
  return { instances: [...places.values()], arrivals, lengthMs: Math.ceil(lastMs) + 1, timeoutMs, originMs };
}

/** The largest number that one instance worked on at once; at least 1. */
export function mostInFlight({ instances }: Histories): number {
  let most = 1;
  for (const { attempts } of instances) {
    const ends = attempts.map(({ end }) => end).sort((a, b) => a - b);
    let ended = 0;
    for (let begun = 0; begun < attempts.length; begun++) {
      while (ends[ended] <= attempts[begun].start) ended++;
      most = Math.max(most, begun + 1 - ended);
    }
  }
  return most;
}

/** Fewer spacings than this give no median worth having. */
const LEAST_SPACINGS = 3;

/**
 * Between two checks of one instance, the median; undefined without two checks. Those without a good answer in between come
 * first, since hale puts checks off while traffic vouches: up to four intervals, which is then all that a record shows.
 */
export function checkSpacing({ instances }: Histories): number | undefined {
  const all: number[] = [];
  const unvouched: number[] = [];
  for (const { attempts, checks } of instances) {
    const good = attempts.filter(({ result }) => result === 'good');
    let next = 0;
    for (let at = 1; at < checks.length; at++) {
      const from = checks[at - 1].at;
      const to = checks[at].at;
      while (next < good.length && good[next].start < from) next++;
      all.push(to - from);
      if (next >= good.length || good[next].start >= to) unvouched.push(to - from);
    }
  }
  return medianOf(unvouched.length >= LEAST_SPACINGS ? unvouched : all);
}

export function medianOf(values: number[]): number | undefined {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}
