// The small stage on which the specification's tests play: a balancer on virtual time with seeded chance.

import { HealthAwareLoadBalancer } from 'hale';
import type { BalancerOptions, InstanceSnapshot, ServiceInstance } from 'hale';
import { seededRandom, virtualClock } from 'hale/testing';
import type { VirtualClock } from 'hale/testing';

export interface Scene {
  readonly balancer: HealthAwareLoadBalancer;
  readonly clock: VirtualClock;
}

/** The specification's defaults, unless told otherwise. Every scene speaks of one service, `users`. */
export function scene(options: BalancerOptions = {}): Scene {
  const clock = virtualClock(1_000_000);
  return { balancer: new HealthAwareLoadBalancer({ clock, random: seededRandom(11), ...options }), clock };
}

export function fleet(ids: string, rest: Partial<ServiceInstance> = {}): ServiceInstance[] {
  return [...ids].map((id) => ({ id, ...rest }));
}

/** So many errors in a row, the way a caller without leases tells of them. */
export function fail({ balancer }: Scene, id: string, times = 1): void {
  for (let i = 0; i < times; i++) balancer.recordError('users', id, { cause: 'server-error' });
}

/** A good answer after 10 ms, so many times. Time passes: an answer that began before a trial would not settle it. */
export function succeed({ balancer, clock }: Scene, id: string, times = 1): void {
  for (let i = 0; i < times; i++) {
    clock.runUntil(clock.now() + 10);
    balancer.recordSuccess('users', id, { latencyMs: 10 });
  }
}

/** Selects so many times, with a good answer each, and says how often each instance was chosen. */
export async function share(
  { balancer, clock }: Scene,
  instances: readonly ServiceInstance[],
  times: number,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = { none: 0 };
  for (const { id } of instances) counts[id] = 0;
  for (let i = 0; i < times; i++) {
    const chosen = await balancer.selectInstance('users', instances);
    counts[chosen?.id ?? 'none']++;
    clock.runUntil(clock.now() + 10);
    if (chosen) balancer.recordSuccess('users', chosen.id, { latencyMs: 10 });
  }
  return counts;
}

export function see({ balancer }: Scene, id: string): InstanceSnapshot {
  const found = balancer
    .service('users')
    .inspect()
    .instances.find((instance) => instance.id === id);
  if (!found) throw new Error(`no instance ${id}`);
  return found;
}

export function wait({ clock }: Scene, seconds: number): void {
  clock.runUntil(clock.now() + seconds * 1000);
}

/** Opens the circuit of `id`, waits until trials begin, and answers so many of them well. */
export async function recover(stage: Scene, id: string, goodTrials: number): Promise<void> {
  const instances = fleet(id);
  fail(stage, id, 5);
  wait(stage, 361);
  for (let i = 0; i < goodTrials; i++) {
    const chosen = await stage.balancer.selectInstance('users', instances);
    if (!chosen) throw new Error(`trial ${i} was refused`);
    succeed(stage, id);
  }
}
