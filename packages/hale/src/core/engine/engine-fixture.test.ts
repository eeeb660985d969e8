// An engine on a time that a test moves by hand, for the tests of this folder; no tests of its own.

import type { Random } from '../kernel/index.ts';
import { seededRandom } from '../kernel/index.ts';
import { AdaptiveLimit } from '../admission/index.ts';
import type {
  Fact,
  FailureCause,
  InstanceSnapshot,
  PickOptions,
  ServiceInstance,
  Settings,
  Tuning,
} from '../model/index.ts';
import { InstrumentStore, TUNING, resolveSettings } from '../model/index.ts';
import type { StrategyFactory } from '../strategies/index.ts';
import { STRATEGIES } from '../strategies/index.ts';
import { FactLog } from './facts.ts';
import { ServiceInstruments } from './instruments.ts';
import type { Lease } from './lease.ts';
import { ServiceEngine } from './service-engine.ts';

export interface Extras {
  readonly seed?: number | string;
  readonly random?: Random;
  readonly strategy?: StrategyFactory;
  readonly zone?: string;
  readonly startMs?: number;
  readonly tuning?: Tuning;
  readonly timeoutMs?: number;
}

/** The engine of one service, its facts, and the time it is told. */
export class Rig {
  now: number;
  readonly settings: Settings;
  readonly facts: FactLog = new FactLog();
  readonly store: InstrumentStore = new InstrumentStore();
  readonly engine: ServiceEngine;

  constructor(options: Readonly<Record<string, unknown>> = {}, extras: Extras = {}) {
    const faults: { path: string; received: string }[] = [];
    this.settings = resolveSettings(options, faults as never);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    this.now = extras.startMs ?? 1_000_000;
    this.engine = new ServiceEngine({
      name: 'users',
      settings: this.settings,
      tuning: extras.tuning ?? TUNING,
      strategy: extras.strategy ?? STRATEGIES['lowest-price'],
      zone: extras.zone,
      timeoutMs: extras.timeoutMs,
      clock: { now: () => this.now, schedule: () => () => {} },
      random: extras.random ?? seededRandom(extras.seed ?? 1),
      facts: this.facts,
      limit: this.settings.limits.overload === 'shed' ? new AdaptiveLimit() : undefined,
      hasForecast: this.settings.prediction !== 'off',
      instruments: new ServiceInstruments(this.store, 'users'),
    });
  }

  pass(ms: number): void {
    this.now += ms;
  }

  update(instances: readonly ServiceInstance[]): void {
    this.engine.update(instances, this.now);
  }

  pick(options: PickOptions = {}): Lease | undefined {
    return this.engine.pick({ now: this.now, ...options });
  }

  /** A pick that a test relies on. */
  mustPick(options: PickOptions = {}): Lease {
    const lease = this.pick(options);
    if (lease === undefined)
      throw new Error(
        `nobody was picked: ${JSON.stringify(this.engine.inspect(this.now).instances.map((i) => [i.id, i.reason]))}`,
      );
    return lease;
  }

  /** So many failures without a lease. */
  fail(id: string, times = 1, cause: FailureCause = 'server-error'): void {
    for (let i = 0; i < times; i++) this.engine.recordFailure(id, cause, undefined, this.now);
  }

  succeed(id: string, times = 1, latencyMs = 10): void {
    for (let i = 0; i < times; i++) this.engine.recordSuccess(id, { latencyMs }, this.now);
  }

  check(id: string, passed: boolean): void {
    this.engine.report(
      id,
      passed ? { kind: 'success', source: 'check' } : { kind: 'failure', cause: 'check', source: 'check' },
      this.now,
    );
  }

  see(id: string): InstanceSnapshot {
    const found = this.engine.inspect(this.now).instances.find((instance) => instance.id === id);
    if (found === undefined) throw new Error(`no instance ${id}`);
    return found;
  }

  slot(id: string): number {
    return this.engine.state.slots.get(id)!;
  }

  /** Types of the facts so far, optionally of one instance. */
  told(instance?: string): string[] {
    return this.facts
      .since(0)
      .filter((fact) => instance === undefined || ('instance' in fact && fact.instance === instance))
      .map((fact) => fact.type);
  }

  lastFact(type: Fact['type']): Fact | undefined {
    return this.facts.since(0).findLast((fact) => fact.type === type);
  }

  /** Picks and settles `times` requests, each `everyMs` after the one before, and counts them by instance. */
  serve(
    times: number,
    behave: (id: string, lease: Lease) => void = (_, lease) => lease.succeed({ latencyMs: 10, now: this.now }),
    everyMs = 1,
  ): Record<string, number> {
    const counts: Record<string, number> = {};
    for (let i = 0; i < times; i++) {
      const lease = this.pick();
      const id = lease?.instance.id ?? 'none';
      counts[id] = (counts[id] ?? 0) + 1;
      if (lease !== undefined) behave(id, lease);
      this.pass(everyMs);
    }
    return counts;
  }
}

/** As `serve`, with requests that take 10 to 30 ms: several are in flight, as in real traffic. Settles what is left. */
export function serveLoaded(
  rig: Rig,
  times: number,
  isBad: (id: string) => boolean,
  everyMs = 4,
): Record<string, number> {
  const random = seededRandom(times);
  const counts: Record<string, number> = {};
  const inFlight: { readonly lease: Lease; readonly isBad: boolean; readonly at: number }[] = [];
  const settle = (until: number): void => {
    for (let index = 0; index < inFlight.length;) {
      const { lease, isBad: bad, at } = inFlight[index];
      if (at > until) index++;
      else {
        inFlight.splice(index, 1);
        if (bad) lease.fail('server-error', { now: rig.now });
        else lease.succeed({ now: rig.now });
      }
    }
  };
  for (let i = 0; i < times; i++) {
    settle(rig.now);
    const lease = rig.pick();
    const id = lease?.instance.id ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
    if (lease !== undefined) inFlight.push({ lease, isBad: isBad(id), at: rig.now + 10 + 20 * random() });
    rig.pass(everyMs);
  }
  settle(Infinity);
  return counts;
}

/** Instances named by the letters of `ids`. */
export function instancesOf(ids: string, rest: Partial<ServiceInstance> = {}): ServiceInstance[] {
  return [...ids].map((id) => ({ id, ...rest }));
}

/** A rig whose membership is set. */
export function rigOf(ids: string, options: Readonly<Record<string, unknown>> = {}, extras: Extras = {}): Rig {
  const rig = new Rig(options, extras);
  rig.update(instancesOf(ids));
  return rig;
}
