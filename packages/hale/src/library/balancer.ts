// The class of the specification: services by name, the call that selects an instance, and what is told of all of them.

import { FactLog } from '../core/engine/index.ts';
import type {
  Fact,
  FactListener,
  FailureCause,
  Fault,
  InstrumentValue,
  RecordOptions,
  ServiceInstance,
} from '../core/model/index.ts';
import { ConfigError, HaleError, InstrumentStore, describe } from '../core/model/index.ts';
import type { BalancerOptions, BalancerPlan, ServiceOptions } from './options.ts';
import { planBalancer, planService } from './options.ts';
import { recording } from './recording.ts';
import type { TapOf } from './recording.ts';
import { Service } from './service.ts';

/** Picks instances by what is known of their health. Options are described in `docs/configuration.md`. */
export class HealthAwareLoadBalancer {
  readonly #plan: BalancerPlan;
  readonly #services = new Map<string, Service>();
  readonly #facts = new FactLog();
  readonly #store = new InstrumentStore();
  readonly #tapOf: TapOf;
  #isClosed = false;

  /** Throws ConfigError with every fault. */
  constructor(options?: BalancerOptions) {
    const faults: Fault[] = [];
    this.#plan = planBalancer(options, faults);
    if (faults.length > 0) throw new ConfigError(faults);
    this.#tapOf = recording(this.#plan.record, this.#plan.clock);
  }

  /**
   * The service of this name, made when it is new. Options are for a new one: giving them again is a fault, since what was
   * learned under the old ones cannot be judged by the new. Throws ConfigError, or HaleError when the balancer is closed.
   */
  service(name: string, options?: ServiceOptions): Service {
    const known = this.#services.get(name);
    if (known !== undefined && options === undefined) return known;
    if (this.#isClosed) throw new HaleError('HALE_CLOSED', 'the balancer was closed');
    const faults: Fault[] = [];
    if (known !== undefined)
      faults.push({
        path: 'service',
        expected: 'options only where the service is first named',
        received: describe(name),
      });
    if (typeof name !== 'string' || name.length === 0 || name.length > 256) {
      faults.push({ path: 'service', expected: 'a name of 1 to 256 characters', received: describe(name) });
    }
    const { maxServices } = this.#plan.settings;
    if (known === undefined && this.#services.size >= maxServices) {
      faults.push({
        path: 'service',
        expected: `at most ${maxServices} services (maxServices)`,
        received: describe(name),
      });
    }
    const plan = planService(options, faults, this.#plan);
    if (faults.length > 0) throw new ConfigError(faults);
    const { clock, random } = this.#plan;
    const around = { clock, random, facts: this.#facts, store: this.#store, onOutcome: this.#tapOf(name) };
    const service = new Service(name, plan, around);
    this.#services.set(name, service);
    return service;
  }

  /**
   * The specification's call: filter, minimum, scores, strategy, over the instances given. Resolves to one of these very
   * objects, or undefined when too few are healthy. Rejects with ConfigError when the list is wrong.
   */
  async selectInstance<T extends ServiceInstance>(service: string, instances: readonly T[]): Promise<T | undefined> {
    // One of the list, so of its type.
    return this.service(service).select(instances) as T | undefined;
  }

  /** A request that was sent to the selected instance went well. Unknown names and ids are ignored. */
  recordSuccess(service: string, id: string, options?: RecordOptions): void {
    this.#services.get(service)?.recordSuccess(id, options);
  }

  /** It failed: one error each time. Unknown names and ids are ignored. */
  recordError(
    service: string,
    id: string,
    options?: RecordOptions & { readonly cause?: FailureCause | undefined },
  ): void {
    this.#services.get(service)?.recordError(id, options);
  }

  /** Every instrument with its value, as plain data. */
  metrics(): InstrumentValue[] {
    return [...this.#store.values(), ...[...this.#services.values()].flatMap((service) => service.readings())];
  }

  /** Calls `listener` with each fact after it is committed; the answer unsubscribes. What it throws is counted. */
  onFact(listener: FactListener): () => void {
    if (typeof listener !== 'function')
      throw new ConfigError([{ path: 'listener', expected: 'a function', received: describe(listener) }]);
    return this.#facts.subscribe(listener);
  }

  /** Facts still kept (the last 1000) with a number above `since`, oldest first. Throws ConfigError when it is no number. */
  facts(since = 0): Fact[] {
    if (typeof since !== 'number')
      throw new ConfigError([{ path: 'since', expected: 'the number of a fact', received: describe(since) }]);
    return this.#facts.since(since);
  }

  /** The services by name. */
  get services(): ReadonlyMap<string, Service> {
    return this.#services;
  }

  /** Stops every timer and check. Leases that are out may still be settled, and are still told to a `record`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#services.values()].map((service) => service.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
