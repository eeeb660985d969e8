// What all benches share: instances, latencies, and a service that has settled in.

import type { Service, ServiceInstance } from 'hale';
import { HealthAwareLoadBalancer } from 'hale';
import { seededRandom } from 'hale/testing';

export const SEED = 20_260;

export function instances(count: number): ServiceInstance[] {
  return Array.from({ length: count }, (_, i) => ({ id: `instance-${i}` }));
}

/** Latencies as a service has them, drawn before the loop: a median of 10 ms with a long tail. */
export const LATENCIES: Float64Array = Float64Array.from(
  { length: 1024 },
  (
    (random) => () =>
      5 + 5 / (1.02 - random())
  )(seededRandom(SEED)),
);

/** A service whose limits are out of the way: the limits are not what is measured. */
export function fleetOf(count: number, options: { readonly now?: () => number } = {}): Service {
  const limits = { maxInFlight: 1_000_000, maxInFlightPerInstance: 1_000_000 };
  const clock = options.now ? { clock: { now: options.now, schedule: () => () => {} } } : {};
  const balancer = new HealthAwareLoadBalancer({
    preset: 'serving',
    maxInstances: 2_000_000,
    limits,
    random: seededRandom(SEED),
    ...clock,
  });
  const service = balancer.service('bench');
  service.update(instances(count));
  return service;
}
