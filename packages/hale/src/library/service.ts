// One service as callers see it: the engine's doors with a clock, `run`, the retry budget and the active checks.

import type { CheckedInstance, CheckedService } from '../adapters/checks/index.ts';
import { CheckRunner } from '../adapters/checks/index.ts';
import type { FactLog, Lease, OutcomeTap, Override, Refusal } from '../core/engine/index.ts';
import { ServiceEngine, ServiceInstruments, describeThrown, isOutcome } from '../core/engine/index.ts';
import { AdaptiveLimit } from '../core/admission/index.ts';
import type { Clock, Random } from '../core/kernel/index.ts';
import type {
  FailureCause,
  InstrumentStore,
  InstrumentValue,
  Outcome,
  PickOptions,
  Place,
  RecordOptions,
  ServiceInstance,
  ServiceSnapshot,
  Settings,
} from '../core/model/index.ts';
import { NoInstanceError, TUNING, describe, reading } from '../core/model/index.ts';
import type { Classifier } from '../core/observe/index.ts';
import type { RetryQuestion, RetryVerdict } from '../core/retry/index.ts';
import { RetryBudget, retryVerdict } from '../core/retry/index.ts';
import type { ServicePlan } from './options.ts';
import type { Call, RunOptions } from './run.ts';
import { run } from './run.ts';
import { WaitingRuns } from './waiting.ts';

const RETRY_RESULTS: readonly RetryVerdict[] = ['allowed', 'attempts', 'not-replayable', 'unsafe', 'kills', 'budget'];

/** What a service needs of its balancer. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly facts: FactLog;
  readonly store: InstrumentStore;
  /** Told of every outcome; undefined when nobody records. */
  readonly onOutcome: OutcomeTap | undefined;
}

/** Made by `balancer.service(name)`. */
export class Service {
  readonly name: string;
  readonly settings: Settings;
  /** Whose fault an answer or an error is, by this service's rules. */
  readonly classifier: Classifier;
  readonly #engine: ServiceEngine;
  readonly #waiting: WaitingRuns;
  readonly #budget: RetryBudget;
  readonly #store: InstrumentStore;
  readonly #retries: Place;
  readonly #runner: CheckRunner | undefined;
  readonly #unsubscribe: () => void;

  /** @internal */
  constructor(name: string, plan: ServicePlan, { clock, random, facts, store, onOutcome }: Surroundings) {
    const { settings } = plan;
    this.name = name;
    this.settings = settings;
    this.classifier = plan.classifier;
    this.#store = store;
    this.#engine = new ServiceEngine({
      name,
      settings,
      tuning: TUNING,
      strategy: plan.strategy,
      zone: plan.zone,
      timeoutMs: plan.responseTimeoutMs,
      clock,
      random,
      facts,
      limit: settings.limits.overload === 'shed' ? new AdaptiveLimit() : undefined,
      hasForecast: settings.prediction !== 'off',
      instruments: new ServiceInstruments(store, name),
      onOutcome,
    });
    this.#waiting = new WaitingRuns(this, clock, facts);
    this.#budget = new RetryBudget(settings.retries);
    this.#retries = store.open('hale_retries_total', { service: name }, { label: 'result', values: RETRY_RESULTS });
    this.#runner = plan.check && new CheckRunner(this.#checked(), { check: plan.check, clock, random });
    this.#runner?.start();
    this.#unsubscribe = this.#runner
      ? facts.subscribe((fact) => fact.service === name && this.#runner?.onFact(fact))
      : () => {};
  }

  /** Sets the membership; survivors keep all that was learned, the absent are parked for forgetAfter. Throws ConfigError. */
  update<T extends ServiceInstance>(instances: readonly T[]): void {
    this.#engine.update(instances, this.#engine.now());
    this.#runner?.refresh();
  }

  /** A lease on one instance, or undefined; `refusal` then says why. Synchronous, O(1) with the default strategy. */
  pick(options?: PickOptions): Lease | undefined {
    return this.#engine.pick(options);
  }

  /** Why the last pick answered undefined. */
  get refusal(): Refusal {
    return this.#engine.refusal;
  }

  /** @internal `selectInstance`, synchronously. */
  select(instances: readonly ServiceInstance[]): ServiceInstance | undefined {
    return this.#engine.select(instances, this.#engine.now());
  }

  /** A request that was sent without a lease went well. Unknown ids are counted and ignored. */
  recordSuccess(id: string, options?: RecordOptions): void {
    this.#engine.recordSuccess(id, options, this.#engine.state.at(options?.now));
  }

  /** A request that was sent without a lease failed; one error each time, however fast they come. */
  recordError(id: string, options?: RecordOptions & { readonly cause?: FailureCause | undefined }): void {
    this.#engine.recordFailure(id, options?.cause ?? 'other', options, this.#engine.state.at(options?.now));
  }

  /** The owner's word on an instance; with source `check`, an active check's. */
  report(id: string, outcome: Outcome, now?: number): void {
    this.#engine.report(id, outcome, this.#engine.state.at(now));
  }

  /** One request with its retries. See `RunOptions`. */
  run<T>(call: Call<T>, options?: RunOptions): Promise<T> {
    return run(this, call, options);
  }

  inspect(): ServiceSnapshot {
    return this.#engine.inspect(this.#engine.now());
  }

  /** Sentences on one instance, or on all. */
  explain(id?: string): string[] {
    return this.#engine.explain(id, this.#engine.now());
  }

  /** `{ mode: 'ready' | 'drain' | 'maintenance' }` and/or `{ circuit: 'open' | 'closed' | 'auto' }`. Throws ConfigError. */
  override(id: string, wish: Override): void {
    this.#engine.override(id, wish, this.#engine.now());
  }

  /** Milliseconds until a pick can succeed by time alone; undefined when nothing is known to end. */
  nextChangeInMs(): number | undefined {
    return this.#engine.nextChangeInMs(this.#engine.now());
  }

  /** Why each instance was not picked; at most 20. */
  reasons(): readonly { readonly id: string; readonly reason: string }[] {
    return this.#engine.reasons(this.#engine.now());
  }

  /**
   * @internal What `run` rejects with after a pick has answered undefined. A place becomes free when some request ends,
   * which no clock knows; and "in 0 ms" would only say that a pick may succeed which has just failed.
   */
  noInstance(): NoInstanceError {
    const nextMs = this.refusal === 'full' ? 0 : this.nextChangeInMs();
    return new NoInstanceError(this.name, this.reasons(), nextMs === 0 ? undefined : nextMs);
  }

  /** The balancer's clock, safe against one that throws. */
  now(): number {
    return this.#engine.now();
  }

  /** Counts one request for the retry budget; once, not for each attempt. `run` does it by itself. */
  beginRequest(now: number): void {
    this.#budget.deposit(now);
  }

  /**
   * May this request be sent again? Asked before the next pick, since a pick for nothing may open a trial; `beginRetry`
   * follows it. `max` stands in for `retries.max`.
   */
  mayRetry(question: RetryQuestion, now: number, max: number = this.settings.retries.max): boolean {
    const verdict = retryVerdict(question, { max, maxKills: this.settings.retries.maxKills }, this.#budget, now);
    if (verdict !== 'allowed') this.#countRetry(verdict);
    return verdict === 'allowed';
  }

  /**
   * Pays for a retry whose instance was just picked. False when the budget was spent since `mayRetry`: then nothing is
   * sent, and the lease is to be ignored.
   */
  beginRetry(now: number): boolean {
    const isPaid = this.#budget.withdraw(now);
    this.#countRetry(isPaid ? 'allowed' : 'budget');
    return isPaid;
  }

  /** The outcome of what a call threw. A classifier of the caller's own that throws is passed over. */
  classifyError(error: unknown, classify?: (error: unknown) => Outcome): Outcome {
    if (classify !== undefined) {
      try {
        const outcome: unknown = classify(error);
        if (isOutcome(outcome)) return outcome;
        this.#engine.state.noteThrown(`classify answered ${describe(outcome)}, which is no outcome`);
      } catch (thrown) {
        this.#engine.state.noteThrown(`classify threw ${describeThrown(thrown)}`);
      }
    }
    return this.classifier.error(error);
  }

  /** True when every instance was tried: a further attempt would only repeat one. */
  hasNobodyBut(tried: readonly string[]): boolean {
    return tried.length >= this.#engine.state.instances;
  }

  /** Runs all checks, or one instance's, now; resolves when they have been reported. */
  async check(id?: string): Promise<void> {
    await this.#runner?.checkNow(id);
  }

  /** @internal Whether runs wait for an instance: then a new one must not pick for itself. */
  get isAwaited(): boolean {
    return this.#waiting.isAwaited;
  }

  /** @internal See `WaitingRuns`. */
  wait(wish: PickOptions, signal: AbortSignal | undefined): Promise<Lease> | undefined {
    return this.#waiting.wait(wish, signal);
  }

  /** @internal A run has ended. */
  noteEnded(): void {
    this.#waiting.noteEnded();
  }

  /** @internal The readings that are not counted in the store. */
  readings(): InstrumentValue[] {
    const now = this.#engine.now();
    return [
      ...this.#engine.readings(now, MOST_INSTANCE_SERIES),
      reading('hale_retry_budget_remaining', { service: this.name }, this.#budget.remaining(now)),
    ];
  }

  /** @internal Ends the checks and whoever waits. Picks go on. */
  async close(): Promise<void> {
    this.#waiting.close();
    this.#unsubscribe();
    await this.#runner?.stop();
  }

  #countRetry(result: RetryVerdict): void {
    this.#store.add(this.#retries + RETRY_RESULTS.indexOf(result));
  }

  #checked(): CheckedService {
    const engine = this.#engine;
    return {
      settings: this.settings,
      ids: () => engine.presentIds(),
      get: (id): CheckedInstance | undefined => engine.checkState(id),
      report: (id, outcome) => engine.report(id, outcome, engine.now()),
    };
  }
}

const MOST_INSTANCE_SERIES = 1000;
