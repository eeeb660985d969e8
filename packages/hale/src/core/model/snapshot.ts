// The plain JSON of `inspect()`: what is believed of every instance, and why. Never on the request path.

import type { Circuit, Health, Mode } from './instance.ts';

export interface InstanceSnapshot {
  readonly id: string;
  /** [0,1]; 1 is best. */
  readonly score: number;
  /** Latency over the fleet's median; 1 when nothing is known. */
  readonly slowness: number;
  readonly health: Health;
  readonly circuit: Circuit;
  readonly mode: Mode;
  readonly eligible: boolean;
  readonly inFlight: number;
  readonly weight: number;
  readonly priority: number;
  readonly zone?: string;
  readonly evidence: EvidenceSnapshot;
  /** One sentence: why it is as it is. */
  readonly reason: string;
  /** Milliseconds until time alone changes something (a window's end, a pause's end), or null. */
  readonly nextChangeInMs: number | null;
}

export interface EvidenceSnapshot {
  /** Faded counts of bad and of all outcomes. */
  readonly bad: number;
  readonly all: number;
  /** Suspicion in clean failures, and where it trips. */
  readonly suspicion: number;
  readonly threshold: number;
  /** Failures in a row (at most 255). */
  readonly run: number;
  /** Expected failure rate of this instance and of the rest of its fleet, [0,1]. */
  readonly failureRate: number;
  readonly baseline: number;
  /** Milliseconds; null before the first good answer. */
  readonly latencyMs: number | null;
  /** Share of its weight that it is trusted with, (0,1]. */
  readonly trust: number;
  readonly forced: boolean;
  readonly pausedForMs: number | null;
  /** Requests a second that it takes on, as its refusals have shown; null while no limit is known. */
  readonly learnedRate: number | null;
  readonly goodTrials: number;
  readonly relapses: number;
  /** At this rate the score falls below healthThreshold in so many ms; null when it does not. */
  readonly forecastMs: number | null;
}

export interface IgnoredSnapshot {
  /** Outcomes for an instance that is unknown or was removed. */
  readonly unknown: number;
  /** Second settlements of one lease. */
  readonly double: number;
  /** Leases of an earlier circuit epoch. */
  readonly stale: number;
  /** Records on an open circuit. */
  readonly open: number;
  /** What listeners, strategies, checks and clocks threw. */
  readonly thrown: number;
  /** The last of any of these, in words. */
  readonly last: string | null;
}

export interface BlamedKey {
  /** Hash of the key in 8 hexadecimal digits: the same in every process, and never the key itself. */
  readonly key: string;
  /** At how many instances it failed and was not answered well since, as far as 32 bits can tell. */
  readonly instances: number;
  /** Since its last failure. */
  readonly idleMs: number;
}

export interface ServiceSnapshot {
  readonly service: string;
  /** How many may be picked now. */
  readonly eligible: number;
  readonly panic: boolean;
  readonly ignored: IgnoredSnapshot;
  /** Keys whose failures are held against them and not against instances; at most 20. */
  readonly blamed: readonly BlamedKey[];
  readonly instances: readonly InstanceSnapshot[];
}
