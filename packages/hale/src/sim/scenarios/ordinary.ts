// What is ordinary, so that a scenario says only what is not: eight instances with eight workers, 20 ms of work, 300
// requests a second, one retry within a fifth, a check each second. At 9 % of the capacity nothing queues by itself.
//
// Faults begin at 20 s, so that every policy has settled in, last 30 s, and 30 s are left to return in, which is as long
// as the regret counts.

import type { Fault, FaultScript } from '../../faults/index.ts';
import type { Callers, FleetShape, Load, Scenario, Watched } from '../scenario.ts';

export const ONSET_MS = 20_000;
export const HEALED_MS = 50_000;
export const END_MS = 80_000;

export const FLEET: FleetShape = {
  instances: 8,
  workers: 8,
  maxQueue: 10_000,
  work: { kind: 'lognormal', meanMs: 20, sigma: 0.5 },
};

export const LOAD: Load = { kind: 'steady', perSecond: 300 };

export const CALLERS: Callers = {
  timeoutMs: 2500,
  retries: 1,
  retryBudget: 0.2,
  hedgeAfterMs: 0,
  method: 'GET',
  poisonShare: 0,
};

export const WATCHED: Watched = { instance: 0, failsAtMs: ONSET_MS, healsAtMs: HEALED_MS };

/** What a scenario says of itself; a part of the fleet or the callers stands over the ordinary one. */
export type ScenarioInput = Pick<Scenario, 'name' | 'doc'> &
  Partial<Omit<Scenario, 'name' | 'doc' | 'fleet' | 'callers'>> & {
    readonly fleet?: Partial<FleetShape>;
    readonly callers?: Partial<Callers>;
  };

export function scenario({ fleet, callers, ...rest }: ScenarioInput): Scenario {
  return {
    lengthMs: END_MS,
    load: LOAD,
    checkEveryMs: 1000,
    balancers: 1,
    script: [],
    judgedFromMs: 0,
    ...rest,
    fleet: { ...FLEET, ...fleet },
    callers: { ...CALLERS, ...callers },
  };
}

/** One instance, or `*`, has the fault for the ordinary 30 s. */
export function during(fault: Fault, instance = '0'): FaultScript {
  return [{ at: ONSET_MS, until: HEALED_MS, instance, fault }];
}

export function always(fault: Fault, instance = '*'): FaultScript {
  return [{ at: 0, until: Infinity, instance, fault }];
}
