// The contract of whoever decides: which instance takes an attempt, and whether a failed one is repeated.

import type { FailureCause, Service } from 'hale';
import { HealthAwareLoadBalancer } from 'hale';
import type { Random, VirtualClock } from 'hale/testing';
import type { Scenario } from './scenarios.ts';

export interface Policy {
  /** Undefined when nobody is asked. */
  pick(wish: Wish): Grant | undefined;
  readonly retries: Retries;
  /** The answer of an active check; a policy without health does not listen. */
  checked?(instance: number, passed: boolean): void;
}

export interface Wish {
  readonly now: number;
  /** It may be sent again if this attempt fails. */
  readonly replayable: boolean;
  readonly tried: readonly number[];
}

export interface Grant {
  readonly instance: number;
  /** Undefined when the answer was good. */
  ended(cause: FailureCause | undefined, now: number): void;
}

/** What a policy may know and use. The scenario is for the oracle alone. */
export interface Surroundings {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** A circuit opened. */
  readonly onTrip: (reason: string) => void;
}

export type Retries = Pick<Service, 'beginRequest' | 'mayRetry'>;

/** Everyone repeats a request once, and at most a fifth of the traffic is repetitions. */
export const RETRIES = { max: 1, budget: 0.2, minPerSecond: 0 } as const;

/** The rule of repetition for a policy that has none of its own: hale's. */
export function ordinaryRetries({ clock, random }: Surroundings): Retries {
  return new HealthAwareLoadBalancer({ clock, random, retries: RETRIES }).service('retries');
}
