// One run: a scenario, a policy, a seed, on a clock of its own.

import { seededRandom, virtualClock } from 'hale/testing';
import { leastLoaded, oracle, roundRobin } from './anchors.ts';
import { Fleet } from './fleet.ts';
import { halePolicy } from './hale-policy.ts';
import type { Figures } from './measures.ts';
import { Log } from './measures.ts';
import type { Policy, Surroundings } from './policy.ts';
import type { Scenario } from './scenarios.ts';
import { Workload } from './workload.ts';

export type PolicyName = 'serving' | 'specification' | 'round robin' | 'least loaded' | 'oracle';

export const POLICIES: Readonly<Record<PolicyName, (surroundings: Surroundings) => Policy>> = {
  serving: (surroundings) => halePolicy('serving', surroundings),
  specification: (surroundings) => halePolicy('specification', surroundings),
  'round robin': roundRobin,
  'least loaded': leastLoaded,
  oracle,
};

const CHECK_INTERVAL_MS = 1000;
/** The last requests are given this long to be answered. */
const DRAIN_MS = 10_000;

export function simulate(
  scenario: Scenario,
  makePolicy: (surroundings: Surroundings) => Policy,
  seed: number,
): Figures {
  const clock = virtualClock();
  const log = new Log(scenario);
  // Chance in three streams: what one policy draws must not change what the next one meets.
  const [arrivals, faults, decisions] = [1, 2, 3].map((stream) => seededRandom(seed * 10 + stream));
  const fleet = new Fleet(scenario, clock, faults);
  const policy = makePolicy({ scenario, clock, random: decisions, onTrip: (reason) => log.tripped(reason) });
  startChecks(scenario, clock, fleet, policy);
  new Workload(scenario, clock, arrivals, fleet, policy, log).start();
  clock.runUntil(scenario.lengthMs + DRAIN_MS);
  return log.figures();
}

// Spread over the interval, as real checks are.
function startChecks(scenario: Scenario, clock: Surroundings['clock'], fleet: Fleet, policy: Policy): void {
  if (policy.checked === undefined) return;
  for (let instance = 0; instance < scenario.instances; instance++) {
    const check = (): void => {
      policy.checked?.(instance, fleet.passesCheck(instance));
      if (clock.now() + CHECK_INTERVAL_MS < scenario.lengthMs) clock.schedule(CHECK_INTERVAL_MS, check);
    };
    clock.schedule((instance * CHECK_INTERVAL_MS) / scenario.instances, check);
  }
}
