// What happens, as data: the load, the fleet, and who has which fault when.
//
// The design fixes eight instances with eight workers, 20 ms of work, 300 requests a second, one retry and a check each
// second. Everything else here was chosen plainly: faults begin at 20 s, so that every policy has settled in, last 30 s,
// and 30 s are left to return in, which is as long as the regret counts. docs/figures.md says why each other number is
// what it is.

import type { Fault, FaultScript } from 'hale/testing';

export interface Scenario {
  readonly name: string;
  readonly instances: number;
  /** Requests that one instance works on at once. */
  readonly workers: number;
  /** Mean of the work's time, and the spread of its logarithm. */
  readonly workMs: number;
  readonly sigma: number;
  readonly perSecond: number;
  readonly method: 'GET' | 'POST';
  /** Share of the requests that are bad for every instance; they count neither as lost nor as slow. */
  readonly poisonShare: number;
  readonly script: FaultScript;
  /** Requests that arrive before this moment are not judged. */
  readonly judgedFromMs: number;
  /** The instance whose share is watched, from when it fails and from when it is sound again. */
  readonly watched?: { readonly instance: number; readonly failsAtMs: number; readonly healsAtMs?: number };
  readonly lengthMs: number;
}

const ONSET_MS = 20_000;
const HEALED_MS = 50_000;
const END_MS = 80_000;

const ORDINARY = {
  instances: 8,
  workers: 8,
  workMs: 20,
  sigma: 0.5,
  perSecond: 300,
  method: 'GET',
  poisonShare: 0,
  judgedFromMs: 0,
  lengthMs: END_MS,
} as const;

const WATCHED = { instance: 0, failsAtMs: ONSET_MS, healsAtMs: HEALED_MS };

export const SCENARIOS: readonly Scenario[] = [
  { ...ORDINARY, name: 'refuse', script: during({ name: 'refuse' }), watched: WATCHED },
  { ...ORDINARY, name: 'sinkhole', script: during({ name: 'sinkhole', status: 500 }), watched: WATCHED },
  { ...ORDINARY, name: 'poison', poisonShare: 0.05, script: always({ name: 'poison', by: 'error' }) },
  // 94 % of the capacity: it is at high load that a needless ejection hurts, and that a connection carries many.
  {
    ...ORDINARY,
    name: 'resetburst',
    perSecond: 3000,
    script: during({ name: 'resets', everyMs: 1000 }),
    lengthMs: 60_000,
  },
  // Judged from the end of the outage: during it nobody can do well. Only to GET, so that no check sees it: checks that
  // fail three times in five would take everybody out, and bring everybody back within seconds of its end.
  {
    ...ORDINARY,
    name: 'fleet60',
    script: during({ name: 'brownout', share: 0.6, method: 'GET' }, '*'),
    judgedFromMs: HEALED_MS,
  },
  // Few requests, none of which may be sent twice, and a fault that no check sees and that does not end.
  {
    ...ORDINARY,
    name: 'quiet',
    perSecond: 5,
    method: 'POST',
    script: [{ at: ONSET_MS, until: Infinity, instance: '0', fault: { name: 'sinkhole', status: 500 } }],
    watched: { instance: 0, failsAtMs: ONSET_MS },
    lengthMs: 300_000,
  },
  // The same load, but each request may be repeated and the fault ends: how long does a healed instance wait?
  {
    ...ORDINARY,
    name: 'quiet_get',
    perSecond: 5,
    script: [{ at: ONSET_MS, until: 60_000, instance: '0', fault: { name: 'sinkhole', status: 500 } }],
    watched: { instance: 0, failsAtMs: ONSET_MS, healsAtMs: 60_000 },
    lengthMs: 120_000,
  },
  // Not in the design: between the two, where the price alone keeps an instance out and no circuit opens.
  {
    ...ORDINARY,
    name: 'sinkhole40',
    perSecond: 40,
    script: during({ name: 'sinkhole', status: 500 }),
    watched: WATCHED,
  },
];

/** The same kind of fault with half as many instances again, work a quarter longer with a heavier tail, load in proportion. */
export function validation(scenario: Scenario): Scenario {
  const workMs = scenario.workMs * 1.25;
  const instances = scenario.instances * 1.5;
  return { ...scenario, instances, workMs, sigma: 0.8, perSecond: (scenario.perSecond * 1.5) / 1.25 };
}

function during(fault: Fault, instance = '0'): FaultScript {
  return [{ at: ONSET_MS, until: HEALED_MS, instance, fault }];
}

function always(fault: Fault): FaultScript {
  return [{ at: 0, until: Infinity, instance: '*', fault }];
}
