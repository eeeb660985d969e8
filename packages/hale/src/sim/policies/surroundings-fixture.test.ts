// What a baseline's test needs: a fleet of so many, a clock that stands until it is moved, chance that is always the same,
// and a list of whom it took out. An attempt is sent to one instance by claiming that all others were tried.

import assert from 'node:assert/strict';
import type { VirtualClock } from '../../core/kernel/index.ts';
import { virtualClock } from '../../core/kernel/index.ts';
import type { Grant, Policy, PolicyEntry } from '../policy.ts';
import type { Ending } from '../request.ts';
import { scenario } from '../scenarios/index.ts';

export interface Stage {
  readonly clock: VirtualClock;
  readonly policy: Policy;
  /** `instance reason`, in order. */
  readonly ejected: string[];
  /** The next pick, whoever it is; `tried` by this request before. */
  pick(tried?: readonly number[], replayable?: boolean): Grant | undefined;
  /** Sends `times` attempts to this instance alone, one after the other, which all end like this. */
  attempt(instance: number, ending: Ending, times?: number, replayable?: boolean): void;
  /** Everybody who is asked within so many picks that end well at once. */
  asked(picks: number): readonly number[];
}

export interface StageOptions {
  readonly instances: number;
  readonly weights?: readonly number[];
  /** Draws, repeated; [0] unless given. */
  readonly draws?: readonly number[];
  /** With it there are checks each second, which pass for those it is true of. */
  readonly passes?: (instance: number) => boolean;
}

export function stage(entry: PolicyEntry, { instances, weights, draws = [0], passes }: StageOptions): Stage {
  const clock = virtualClock();
  const ejected: string[] = [];
  let drawn = 0;
  const policy = entry.make({
    scenario: scenario({
      name: 'stage',
      doc: 'nothing by itself',
      lengthMs: 10_000_000,
      fleet: { instances, ...(weights ? { weights } : {}) },
    }),
    clock,
    trueNow: () => assert.fail('the truth is for the oracle alone'),
    random: () => draws[drawn++ % draws.length],
    onEject: (instance, reason) => ejected.push(`${instance} ${reason}`),
  });
  if (passes) policy.startChecks!(passes);
  const everybody = Array.from({ length: instances }, (_, instance) => instance);
  const pick = (tried: readonly number[] = [], replayable = true): Grant | undefined =>
    policy.pick({ now: clock.now(), replayable, tried });
  return {
    clock,
    policy,
    ejected,
    pick,
    attempt(instance, ending, times = 1, replayable = true) {
      const others = everybody.filter((other) => other !== instance);
      for (let time = 0; time < times; time++) {
        const grant = pick(others, replayable);
        assert.equal(grant?.instance, instance);
        grant.ended(ending, clock.now());
      }
    },
    asked(picks) {
      const who = new Set<number>();
      for (let time = 0; time < picks; time++) {
        const grant = pick();
        if (grant === undefined) continue;
        who.add(grant.instance);
        grant.ended('good', clock.now());
      }
      return [...who].toSorted((a, b) => a - b);
    },
  };
}
