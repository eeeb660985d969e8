// A fleet that lives in memory, for tests of programs that use hale: instances with queues, service times and faults, on
// any clock. On a virtual clock an hour of traffic takes a second, and the same seed gives the same run.
//
// Each instance is a queue with `workers` places, first come first served; the work's time is lognormal around
// `serviceMs`, since real service times have a long tail and an exponential one would make slow instances look ordinary.
// A caller that gives up (its signal) leaves the queue; work that has begun is carried on, as a real server does.
//
// Where it fails: no network, so a connect costs nothing; no memory, so load does not make the work slower, only the
// queue longer.

import type { Clock, Random } from '../core/kernel/index.ts';
import { monotonicClock, seededRandom } from '../core/kernel/index.ts';
import type { ServiceInstance } from '../core/model/index.ts';
import type { FaultScript, FleetRequest } from '../faults/index.ts';
import { FakeInstance } from './fleet-instance.ts';

export { FleetError } from './fleet-error.ts';

export interface FakeFleetOptions {
  /** How many (named a, b, ...; at most 10,000), or the instances themselves. Default 8. */
  readonly instances?: number | readonly ServiceInstance[];
  /** Mean time of the work, above 0. Default 20. */
  readonly serviceMs?: number;
  /** Spread of its logarithm; 0 is a constant time. Default 0.5: p99 is 2.8 times the mean. */
  readonly sigma?: number;
  /** Requests that one instance works on at once. Default 8. */
  readonly workers?: number;
  /** Requests that may wait in one instance; the next is answered 503 at once. Default 1000. */
  readonly maxQueue?: number;
  /** Default: the runtime's own clock. */
  readonly clock?: Clock;
  /** Default: seeded with 1. */
  readonly random?: Random;
  /** Times are counted from the fleet's creation. */
  readonly script?: FaultScript;
}

export interface FleetCall extends Partial<FleetRequest> {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What an instance answered; a 5xx or a 429 is an answer too. */
export interface FleetAnswer {
  readonly status: number;
  /** Waiting and work. */
  readonly latencyMs: number;
  readonly retryAfterMs?: number;
  readonly instance: string;
}

/** What became of the requests of one instance. */
export interface FleetCounts {
  /** All of them; the others below add up to it, but for those in flight. */
  readonly requests: number;
  readonly answered: number;
  /** Answered with a status of 429 or 5xx; also counted as answered. */
  readonly failed: number;
  readonly refused: number;
  readonly broken: number;
  readonly aborted: number;
  readonly inFlight: number;
}

export interface FakeFleet {
  readonly instances: readonly ServiceInstance[];
  /** Sends one request. Rejects with FleetError, the signal's reason, or RangeError for an unknown instance. */
  call(instance: ServiceInstance | string, options?: FleetCall): Promise<FleetAnswer>;
  /** An active check, as `check` of the balancer wants it: true when the health endpoint says 200. */
  check(instance: ServiceInstance | string, options?: { readonly signal?: AbortSignal }): Promise<boolean>;
  counts(instance: ServiceInstance | string): FleetCounts;
  /** Cancels its timers. What is in flight never settles after this but by its signal. */
  close(): void;
}

/** @throws RangeError when a number is out of its range, or two instances share an id. */
export function fakeFleet(options: FakeFleetOptions = {}): FakeFleet {
  const clock = options.clock ?? monotonicClock;
  const instances = Array.isArray(options.instances)
    ? [...options.instances]
    : name((options.instances as number) ?? 8);
  const settings = {
    clock,
    random: options.random ?? seededRandom(1),
    script: options.script ?? [],
    startedAt: clock.now(),
    serviceMs: within('serviceMs', options.serviceMs ?? 20, Number.MIN_VALUE, 1e9),
    sigma: within('sigma', options.sigma ?? 0.5, 0, 4),
    workers: within('workers', options.workers ?? 8, 1, 1e6),
    maxQueue: within('maxQueue', options.maxQueue ?? 1000, 0, 1e6),
  };
  const all = new Map<string, FakeInstance>();
  for (const { id } of instances) {
    if (all.has(id)) throw new RangeError(`fakeFleet: two instances are called '${id}'`);
    all.set(id, new FakeInstance(id, settings));
  }
  const find = (instance: ServiceInstance | string): FakeInstance => {
    const id = typeof instance === 'string' ? instance : instance.id;
    const found = all.get(id);
    if (!found) throw new RangeError(`fakeFleet: no instance is called '${id}'`);
    return found;
  };

  return {
    instances,
    async call(instance, { signal, method = 'GET', check = false, poison = false } = {}) {
      return find(instance).call({ method, check, poison }, signal);
    },
    async check(instance, { signal } = {}) {
      const answer = await find(instance).call({ method: 'GET', check: true, poison: false }, signal);
      return answer.status === 200;
    },
    counts: (instance) => find(instance).counts(),
    close() {
      for (const instance of all.values()) instance.close();
    },
  };
}

// a to z, then i26, i27, ...: short names read well in a failing test.
function name(count: number): ServiceInstance[] {
  const whole = Math.floor(within('instances', count, 1, 10_000));
  return Array.from({ length: whole }, (_, at) => ({ id: at < 26 ? String.fromCharCode(97 + at) : `i${at}` }));
}

function within(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw new RangeError(`fakeFleet: ${name}: expected a number from ${min} to ${max}, received ${String(value)}`);
}
