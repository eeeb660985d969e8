// The contract of a policy: a complete decision maker, hale or a baseline. It chooses an instance for an attempt, hears how
// the attempt ended, and may hear active checks. Whether a failed attempt is repeated is the callers' affair and the same
// rule for every policy, so that they are compared in what they decide.

import type { Clock, Random } from '../core/kernel/index.ts';
import type { Circuit } from '../core/model/index.ts';
import type { Scenario } from './scenario.ts';
import type { Ending } from './request.ts';

export interface Policy {
  /** Undefined when nobody is asked: the request is refused. */
  pick(wish: Wish): Grant | undefined;
  /** Looks after its checks from now on; `ask` answers whether an instance's health endpoint passes just now. */
  startChecks?(ask: (instance: number) => boolean): void;
  /** What it believes of an instance, for the charts; a policy without health has no belief. */
  look?(instance: number): Belief;
}

export interface Wish {
  /** The balancer's clock, ms. */
  readonly now: number;
  /** It may be sent again if this attempt fails. */
  readonly replayable: boolean;
  /** Instances that failed this request before. */
  readonly tried: readonly number[];
  /** Whose request it is, as the caller names it; undefined when nobody said. */
  readonly key?: string | undefined;
}

export interface Grant {
  readonly instance: number;
  /** The head of a long answer has come. */
  responded?(now: number): void;
  ended(ending: Ending, now: number, retryAfterMs?: number): void;
}

export interface Belief {
  /** [0,1]. */
  readonly score: number;
  readonly circuit: Circuit;
}

/** What a policy may know and use. */
export interface Surroundings {
  /** For the shape of the fleet and how often to check. What will fail, and when, is for the oracle alone. */
  readonly scenario: Scenario;
  /** The balancer's own, which may jump. */
  readonly clock: Clock;
  /** The time that faults go by; for the oracle alone. */
  readonly trueNow: () => number;
  readonly random: Random;
  /** It took this instance out of rotation for what it showed. */
  readonly onEject: (instance: number, reason: string) => void;
}

/** One policy object for each balancer of a run. */
export type MakePolicy = (surroundings: Surroundings) => Policy;

/** A policy that can be asked for by name. */
export interface PolicyEntry {
  readonly name: string;
  /** What it does, in one line. */
  readonly doc: string;
  /** Where its rule is published; the paper, or repository, file and release. */
  readonly source: string;
  readonly make: MakePolicy;
}
