// A scenario: a seeded script of fleet, load, callers and faults. Plain data, so that users write their own in TypeScript or
// YAML, and a recorded one is no other thing than an invented one.

import type { FaultScript, Method } from '../faults/index.ts';

export interface Scenario {
  readonly name: string;
  /** What happens, in one sentence. */
  readonly doc: string;
  readonly lengthMs: number;
  readonly fleet: FleetShape;
  readonly load: Load;
  readonly callers: Callers;
  /** Each balancer checks every instance so often; 0: there are no checks. */
  readonly checkEveryMs: number;
  /** How many balancers stand in front of the fleet, each with its own view of it; at least 1. */
  readonly balancers: number;
  readonly script: FaultScript;
  /** Requests that arrive before this moment are not judged. */
  readonly judgedFromMs: number;
  /** The instance whose share is watched: from when it fails, and from when it is sound again. */
  readonly watched?: Watched;
  /** The clock that the balancers read jumps by `byMs` at `atMs`; forwards only, as a monotonic clock after a sleep does. */
  readonly clockSteps?: readonly { readonly atMs: number; readonly byMs: number }[];
}

export interface Watched {
  readonly instance: number;
  readonly failsAtMs: number;
  readonly healsAtMs?: number;
}

/** Instances `0` to `instances - 1`: queues with `workers` servers each. Lists are repeated until there are enough. */
export interface FleetShape {
  readonly instances: number;
  /** Requests that one instance works on at once. */
  readonly workers: number;
  /** Requests that wait beyond those; what is more is answered 503 at once. */
  readonly maxQueue: number;
  readonly work: Work;
  /** The work takes 1/speed as long. Default 1. */
  readonly speeds?: readonly number[];
  /** Tier of each instance, 0 first. Default 0. */
  readonly priorities?: readonly number[];
  readonly weights?: readonly number[];
}

/** Time that a request takes where it is worked on, in ms. */
export type Work =
  | {
      readonly kind: 'lognormal';
      readonly meanMs: number;
      /** Standard deviation of the logarithm. */
      readonly sigma: number;
      /** Streaming answers: mean time from the head to the end, with the same sigma. Default 0. */
      readonly streamMs?: number;
    }
  /** Drawn from these, as they were measured. */
  | { readonly kind: 'measured'; readonly samplesMs: readonly number[] };

/** Requests come when they come, whether or not those before were answered (an open loop). */
export type Load =
  | { readonly kind: 'steady'; readonly perSecond: number }
  /** For `burstMs` in each `everyMs` it is `peak`. */
  | {
      readonly kind: 'bursts';
      readonly perSecond: number;
      readonly peak: number;
      readonly everyMs: number;
      readonly burstMs: number;
    }
  /** A sine: perSecond x (1 + swing x sin), from its mean upwards. */
  | { readonly kind: 'daily'; readonly perSecond: number; readonly swing: number; readonly periodMs: number }
  /** At these moments, ascending. */
  | { readonly kind: 'trace'; readonly atMs: readonly number[] };

export interface Callers {
  /** Waits so long for an answer's head. */
  readonly timeoutMs: number;
  /** Retries of one request, within `retryBudget` (retries as a share of the requests). */
  readonly retries: number;
  readonly retryBudget: number;
  /** A second copy goes to another instance after so long; the first good answer counts. 0: never. */
  readonly hedgeAfterMs: number;
  readonly method: Method;
  /** Share of the requests that are bad for every instance with the fault `poison`; they count neither as lost nor as slow. */
  readonly poisonShare: number;
  /** Whose requests they are. The rest comes from 200 callers alike, `c0` to `c199`. Absent: nobody says whose they are. */
  readonly keys?: readonly CallerKey[];
}

/** A client, or all who ask for a route. */
export interface CallerKey {
  readonly key: string;
  /** Of all requests; together at most 1. */
  readonly share: number;
  /** Share of its requests that count neither as lost nor as slow, and fail under the fault `poison`. Default: that of all callers. */
  readonly poisonShare?: number;
  /** What it asks for, for the fault `route-fails`. */
  readonly route?: string;
}
