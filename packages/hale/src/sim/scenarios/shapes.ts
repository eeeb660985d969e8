// Other shapes: tiers, several balancers with a view of their own each, and large fleets.

import type { Scenario } from '../scenario.ts';
import { HEALED_MS, ONSET_MS, WATCHED, during, scenario } from './ordinary.ts';

const UPPER = [0, 1, 2, 3].map(String);

export const SHAPES: readonly Scenario[] = [
  scenario({
    name: 'tier-down',
    doc: 'all four of the upper tier crash; the lower tier has four',
    fleet: { priorities: [0, 0, 0, 0, 1, 1, 1, 1] },
    script: UPPER.map((instance) => ({ at: ONSET_MS, until: HEALED_MS, instance, fault: { name: 'refuse' } })),
    watched: WATCHED,
  }),
  scenario({
    name: 'tier-slow',
    doc: 'the upper tier takes ten times as long, near its capacity',
    fleet: { priorities: [0, 0, 0, 0, 1, 1, 1, 1] },
    script: UPPER.map((instance) => ({
      at: ONSET_MS,
      until: HEALED_MS,
      instance,
      fault: { name: 'slow', factor: 10 },
    })),
    watched: WATCHED,
  }),
  scenario({
    name: 'replicas',
    doc: 'four balancers, each with its own view; one instance is a sinkhole',
    balancers: 4,
    script: during({ name: 'sinkhole', status: 500 }),
    watched: WATCHED,
  }),
  scenario({
    name: 'replicas16',
    doc: 'sixteen balancers, each with its own view of 19 requests a second; one instance is a sinkhole',
    balancers: 16,
    script: during({ name: 'sinkhole', status: 500 }),
    watched: WATCHED,
  }),
  scenario({
    name: 'large',
    doc: '1,000 instances at one request a second each; ten are sinkholes',
    fleet: { instances: 1000 },
    load: { kind: 'steady', perSecond: 1000 },
    checkEveryMs: 5000,
    script: Array.from({ length: 10 }, (_, at) => during({ name: 'sinkhole', status: 500 }, String(at))).flat(),
    lengthMs: 60_000,
  }),
];
