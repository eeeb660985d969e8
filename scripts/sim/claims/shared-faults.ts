// What every instance shows is nobody's fault: requests that fail wherever they are sent, and a fleet that failed as one.

import { measure } from 'hale/sim';
import type { ClaimGroup, Row, Sample } from './claim.ts';
import { column, sum } from './claim.ts';
import { known, policy } from './policies.ts';

export const POISONED = ['poison', 'poison-client-20'] as const;
export const HEALED = ['fleet60', 'fleet-sinkhole', 'fleet-refuse'] as const;

export const sharedFaults: ClaimGroup = {
  name: 'shared-faults',
  sample(seed) {
    const sample: Record<string, number> = {};
    for (const name of [...POISONED, ...HEALED]) {
      const { ejections, lostRequests, lostLater } = measure(known(name), policy('hale'), seed);
      sample[`${name} ejections`] = ejections;
      sample[`${name} lost`] = lostRequests;
      sample[`${name} lost later`] = lostLater;
    }
    return sample;
  },
  judge: (samples) => [
    ...POISONED.flatMap((name) => [
      none(samples, name, 'ejections', 'ejections'),
      none(samples, name, 'lost', 'good requests lost'),
    ]),
    ...HEALED.map((name) => none(samples, name, 'lost later', 'lost from a second after its end on')),
  ],
};

function none(samples: readonly Sample[], name: string, key: string, what: string): Row {
  const all = sum(column(samples, `${name} ${key}`));
  return { claim: `${name}: ${what}`, measured: `${all} over all seeds`, asked: 'none', kept: all === 0 };
}
