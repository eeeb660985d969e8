// What really happened, in the figures that a simulated run is measured by.

import type { RecordedOutcome } from './line.ts';

export interface Recorded {
  /** Requests that ended well or badly; checks, and what their callers gave up, are none. */
  readonly requests: number;
  /** Share of them that failed, [0,1]. */
  readonly lost: number;
  /** Of good answers; 0 of none. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Checks of instances; 0: there were none, or they were not recorded. */
  readonly checks: number;
}

export function recordedOf(outcomes: readonly RecordedOutcome[]): Recorded {
  const hasTraffic = outcomes.some(({ source }) => source === 'traffic');
  const latencies: number[] = [];
  let requests = 0;
  let failed = 0;
  let checks = 0;
  for (const { source, outcome, latencyMs } of outcomes) {
    if (source === 'check') checks++;
    if (source === 'check' || outcome === 'ignored' || (hasTraffic && source === 'report')) continue;
    requests++;
    if (outcome === 'failure') failed++;
    else if (latencyMs !== undefined) latencies.push(latencyMs);
  }
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (q: number): number => sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
  const lost = requests > 0 ? failed / requests : 0;
  return { requests, lost, p50Ms: quantile(0.5), p99Ms: quantile(0.99), longestMs: quantile(1), checks };
}

/** The services of a record, the one with the most outcomes first. */
export function servicesOf(outcomes: readonly RecordedOutcome[]): { service: string; outcomes: number }[] {
  const counts = new Map<string, number>();
  for (const { service } of outcomes) counts.set(service, (counts.get(service) ?? 0) + 1);
  return [...counts].map(([service, outcomes]) => ({ service, outcomes })).sort((a, b) => b.outcomes - a.outcomes);
}
