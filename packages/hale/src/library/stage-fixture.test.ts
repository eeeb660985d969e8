// A balancer on virtual time, for the tests of this folder; no tests of its own.

import { seededRandom, virtualClock } from '../core/kernel/index.ts';
import type { VirtualClock } from '../core/kernel/index.ts';
import type { InstanceSnapshot, ServiceInstance } from '../core/model/index.ts';
import { ConfigError } from '../core/model/index.ts';
import { HealthAwareLoadBalancer } from './balancer.ts';
import type { BalancerOptions, ServiceOptions } from './options.ts';
import type { Service } from './service.ts';

export interface Stage {
  readonly clock: VirtualClock;
  readonly balancer: HealthAwareLoadBalancer;
  readonly users: Service;
  see(id: string): InstanceSnapshot;
}

/** A balancer with the service `users`. */
export function stage(options: BalancerOptions = {}, instances?: string | readonly ServiceInstance[]): Stage {
  const clock = virtualClock(1_000_000);
  const balancer = new HealthAwareLoadBalancer({ clock, random: seededRandom(7), ...options });
  const users = balancer.service('users');
  if (instances !== undefined) users.update(typeof instances === 'string' ? named(instances) : instances);
  return {
    clock,
    balancer,
    users,
    see(id) {
      const found = users.inspect().instances.find((one) => one.id === id);
      if (!found) throw new Error(`no instance ${id}`);
      return found;
    },
  };
}

export function named(ids: string, rest: Partial<ServiceInstance> = {}): ServiceInstance[] {
  return [...ids].map((id) => ({ id, ...rest }));
}

/** How many of so many requests, one after the other, found an instance. */
export function serve({ users, clock }: Stage, times: number): number {
  let served = 0;
  for (let i = 0; i < times; i++) {
    const lease = users.pick();
    clock.runUntil(clock.now() + 1);
    lease?.succeed();
    served += Number(lease !== undefined);
  }
  return served;
}

/** What cannot even be printed. */
export const awkward: object = {
  toString: (): string => {
    throw new Error('even that');
  },
};

/** Values that nobody should hand in, of every type. */
export const NONSENSE: readonly unknown[] = [
  null,
  '',
  'x',
  '12',
  0,
  -1,
  NaN,
  Infinity,
  -Infinity,
  1e300,
  true,
  5n,
  Symbol('s'),
  [],
  {},
  Object.create(null),
  () => {},
  new Date(0),
  JSON.parse('{"__proto__":{"weight":2}}'),
  {
    valueOf: () => {
      throw new Error('valueOf');
    },
    toString: () => {
      throw new Error('toString');
    },
  },
];

/** A rendering that asks nothing of the value. */
export function word(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : 'object';
  return typeof value === 'symbol' ? 'symbol' : String(value);
}

/** The paths of the faults that `call` is refused with. */
export function faultsOf(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ path }) => path);
    throw error;
  }
  return [];
}

export type { BalancerOptions, ServiceOptions };
