// Which requests were lost, and where each of their attempts went: what a count of losses does not tell.
//
// A log hears of requests and a policy of attempts, and neither of both. They are put together by order: an attempt that
// fails is settled in the same breath in which its request is repeated or given up. With a hedge that would not hold.

import type { Ending, Log, MakePolicy, PolicyEntry, Scenario } from 'hale/sim';
import { simulate } from 'hale/sim';

export interface Loss {
  readonly arrivedAt: number;
  readonly endedAt: number;
  readonly attempts: readonly Attempt[];
}

export interface Attempt {
  readonly instance: number;
  readonly at: number;
  readonly endedAt: number;
  readonly ending: Ending;
}

/** Every good request that got no good answer. For one balancer whose clock does not jump, without hedges. */
export function lossesOf(scenario: Scenario, policy: PolicyEntry, seed: number): Loss[] {
  const losses: Loss[] = [];
  // Of the request whose attempt ended last.
  let attempts: readonly Attempt[] = [];
  const make: MakePolicy = (surroundings) => {
    const inner = policy.make(surroundings);
    return {
      startChecks: (ask) => inner.startChecks?.(ask),
      pick(wish) {
        const before = wish.tried.length > 0 ? attempts : [];
        const grant = inner.pick(wish);
        if (grant === undefined) {
          attempts = before;
          return undefined;
        }
        const { instance } = grant;
        const at = wish.now;
        return {
          instance,
          responded: (now) => grant.responded?.(now),
          ended(ending, now, retryAfterMs) {
            attempts = [...before, { instance, at, endedAt: now, ending }];
            grant.ended(ending, now, retryAfterMs);
          },
        };
      },
    };
  };
  const log: Log = {
    sent: () => {},
    headed: () => {},
    ejected: () => {},
    ended({ arrivedAt, isPoison }, isGood, endedAt) {
      if (!isGood && !isPoison) losses.push({ arrivedAt, endedAt, attempts });
    },
  };
  simulate(scenario, make, seed, log);
  return losses;
}

/** Was its first attempt at an instance just when a fault began there? */
export function wasCaught({ attempts }: Loss, onsets: readonly Onset[]): boolean {
  const first = attempts.at(0);
  return (
    first !== undefined &&
    onsets.some(({ instance, at }) => instance === String(first.instance) && first.at <= at && at <= first.endedAt)
  );
}

export interface Onset {
  readonly instance: string;
  readonly at: number;
}

/** Each time that an instance begins to fail; one that flaps does so once in a period. */
export function onsetsOf({ script }: Scenario): Onset[] {
  return script.flatMap(({ fault, instance, at, until }) => {
    if (fault.name !== 'flapping') return [{ instance, at }];
    const times = Math.ceil((until - at) / fault.periodMs);
    return Array.from({ length: times }, (_, time) => ({ instance, at: at + time * fault.periodMs }));
  });
}
