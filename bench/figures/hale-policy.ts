// hale, by its public face: `pick`, the lease, `report` for checks, `mayRetry`. Limits are off, as in the design.

import { HealthAwareLoadBalancer } from 'hale';
import type { PresetName } from 'hale';
import type { Policy, Surroundings } from './policy.ts';
import { RETRIES } from './policy.ts';

export function halePolicy(preset: PresetName, surroundings: Surroundings): Policy {
  const { scenario, clock, random, onTrip } = surroundings;
  const balancer = new HealthAwareLoadBalancer({ preset, clock, random, retries: RETRIES });
  balancer.onFact((fact) => {
    if (fact.type === 'tripped') onTrip(fact.reason);
  });
  const service = balancer.service('figures');
  service.update(Array.from({ length: scenario.instances }, (_, at) => ({ id: String(at) })));
  // In the design `specification` promises no repetition: its callers select an instance and say no more.
  const promises = preset !== 'specification';
  return {
    retries: service,
    pick({ now, replayable, tried }) {
      const exclude = tried.length > 0 ? tried.map(String) : undefined;
      const lease = service.pick({ now, replayable: replayable && promises, exclude });
      if (lease === undefined) return undefined;
      return {
        instance: Number(lease.instance.id),
        ended(cause, now) {
          if (cause === undefined) lease.succeed({ now });
          else lease.fail(cause, { now });
        },
      };
    },
    checked(instance, passed) {
      const outcome = passed
        ? ({ kind: 'success', source: 'check' } as const)
        : ({ kind: 'failure', cause: 'check', source: 'check' } as const);
      service.report(String(instance), outcome);
    },
  };
}
