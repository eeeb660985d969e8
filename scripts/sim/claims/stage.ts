// The engine behind the simulator's door, without a world: whoever is granted to is told, and who was taken out is counted.

import type { Policy, PolicyEntry } from 'hale/sim';
import { scenario } from 'hale/sim';
import type { VirtualClock } from 'hale/testing';
import { seededRandom, virtualClock } from 'hale/testing';
import { policy } from './policies.ts';

export interface Stage {
  readonly policy: Policy;
  readonly clock: VirtualClock;
  /** Instances that were taken out, in order. */
  readonly ejected: number[];
}

export function stageOf(instances: number, seed: number, entry: PolicyEntry = policy('hale')): Stage {
  const clock = virtualClock();
  const ejected: number[] = [];
  const made = entry.make({
    scenario: scenario({ name: 'stage', doc: 'nothing by itself', script: [], fleet: { instances } }),
    clock,
    trueNow: () => clock.now(),
    random: seededRandom(`${seed} stage`),
    onEject: (instance) => ejected.push(instance),
  });
  return { policy: made, clock, ejected };
}
