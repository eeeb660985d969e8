// One service, as doors: pick, settle (through the lease), select, record, check, update, override, merge; and the ways out:
// inspect, explain, facts. Synchronous; the caller's thread is the only one. Nothing reaches around it.

import type {
  Circuit,
  FailureCause,
  InstrumentValue,
  Mode,
  Outcome,
  OutcomeSource,
  PickOptions,
  RecordOptions,
  ServiceInstance,
  ServiceSnapshot,
} from '../model/index.ts';
import {
  BYTES,
  CHECK,
  CIRCUITS,
  IN_FLIGHT,
  LATENCY,
  LATENCY_AT,
  MODE,
  MODES,
  OVERLOAD,
  PROGRESS_AT,
  QUIET,
  SIDE,
  WORDS,
  causeNumber,
  describe,
} from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import type { PickContext } from '../strategies/strategy.ts';
import { CandidateLists } from './candidates.ts';
import { noteCheck } from './check-result.ts';
import { DUE_AT, NOW, SWEPT_AT, TOTAL_IN_FLIGHT } from './counters.ts';
import { describeThrown } from './facts.ts';
import { fullReason } from './full.ts';
import { costGiven, durationGiven, hasMoment, isOutcome, momentGiven } from './given.ts';
import { keepHouse } from './housekeeping.ts';
import { explain, inspect, nextChangeInMs, reasons } from './inspect.ts';
import { readings } from './instruments.ts';
import { isBlamed } from './key-fault.ts';
import { KeyedLease, Lease } from './lease.ts';
import { update } from './membership.ts';
import type { ForeignEvidence } from './merge.ts';
import { merge } from './merge.ts';
import type { Override } from './override.ts';
import { override } from './override.ts';
import { ALL_FULL, chooseSlot } from './pick.ts';
import { isQuick, quickLease } from './quick-pick.ts';
import { noteGranted } from './rates.ts';
import { pauseByCheck, record } from './record.ts';
import type { EngineOptions } from './state.ts';
import { EngineState } from './state.ts';
import { tapNamed } from './tap.ts';
import { MOST_EXCLUDED } from './view.ts';

/** Why the last pick answered nobody. */
export type Refusal = 'none' | 'too-few' | 'full';

export class ServiceEngine {
  /** @internal For the rooms of this package; not part of the public face. */
  readonly state: EngineState;
  readonly #candidates: CandidateLists;
  readonly #context: { now: number; random: PickContext['random']; key: string | undefined; cost: number };
  #refusal: Refusal = 'none';
  #refusedCost = 1;

  constructor(options: EngineOptions) {
    this.state = new EngineState(options);
    this.state.keepHouse = (now) => keepHouse(this.state, now);
    this.state.times[SWEPT_AT] = this.state.readClock();
    this.state.times[DUE_AT] = this.state.times[SWEPT_AT];
    this.#candidates = new CandidateLists(this.state);
    this.#context = { now: 0, random: options.random, key: undefined, cost: 1 };
  }

  get refusal(): Refusal {
    return this.#refusal;
  }

  now(): number {
    return this.state.readClock();
  }

  /** Chooses an instance for one request. O(1) with the strategies that promise it. */
  pick(options?: PickOptions): Lease | undefined {
    const { state } = this;
    const { times } = state;
    if (hasMoment(options)) times[NOW] = options.now;
    else times[NOW] = state.readClock();
    const cost = costGiven(options?.cost);
    const replayable = options?.replayable === true;
    const keys = options?.blameKey ?? options?.key;
    if (cost === 1 && options?.exclude === undefined && isQuick(state)) {
      return quickLease(state, replayable, keys) ?? this.#refuse(ALL_FULL, cost);
    }
    const now = times[NOW];
    this.#prepare(now, options?.exclude, options?.key, cost);
    state.isForBlamed = isBlamed(state, keys, now);
    const slot = chooseSlot(state, this.#candidates.membership, this.#context, replayable, false);
    if (slot < 0) {
      if (state.facts.hasNews) state.facts.tell();
      return this.#refuse(slot, cost);
    }
    const { ledger, counts } = state;
    const at = slot * WORDS + IN_FLIGHT;
    if (ledger.i32[at] === ledger.side[slot * SIDE + QUIET]) ledger.i32[slot * WORDS + PROGRESS_AT] = now;
    ledger.i32[at] += cost;
    counts[TOTAL_IN_FLIGHT] += cost;
    if (state.rates !== undefined) noteGranted(state, slot, now);
    const lease = keys === undefined ? new Lease(state, slot, cost, now) : new KeyedLease(state, slot, cost, now, keys);
    // A listener may call any door, so the lease is whole before it is told.
    if (state.facts.hasNews) state.facts.tell();
    return lease;
  }

  /** The specification's call, over the candidates it is given. Throws ConfigError when the list is wrong. */
  select(instances: readonly ServiceInstance[], now: number): ServiceInstance | undefined {
    const { state } = this;
    this.#prepare(now, undefined, undefined, 1);
    state.isForBlamed = false;
    const candidates = this.#candidates.of(instances, now);
    const slot = chooseSlot(state, candidates, this.#context, false, true);
    if (slot >= 0 && state.rates !== undefined) noteGranted(state, slot, now);
    // Read before a listener is told, who may change the membership.
    const chosen = slot < 0 ? this.#refuse(slot, 1) : state.given[slot];
    if (state.facts.hasNews) state.facts.tell();
    return chosen;
  }

  recordSuccess(id: string, options: RecordOptions | undefined, now: number, source: OutcomeSource = 'traffic'): void {
    const latencyMs = durationGiven(options?.latencyMs);
    record(
      this.state,
      id,
      {
        isGood: true,
        cause: 0,
        latencyMs,
        retryAfterMs: undefined,
        startedAt: momentGiven(options?.startedAt),
        source,
      },
      now,
    );
  }

  recordFailure(
    id: string,
    cause: FailureCause,
    options: RecordOptions | undefined,
    now: number,
    source: OutcomeSource = 'traffic',
  ): void {
    const latencyMs = durationGiven(options?.latencyMs);
    const retryAfterMs = durationGiven(options?.retryAfterMs);
    record(
      this.state,
      id,
      {
        isGood: false,
        cause: causeNumber(cause),
        latencyMs,
        retryAfterMs,
        startedAt: momentGiven(options?.startedAt),
        source,
      },
      now,
    );
  }

  /** The owner's word on an instance, or the answer of an active check (`source: 'check'`). */
  report(id: string, outcome: Outcome, now: number): void {
    if (!isOutcome(outcome))
      return this.state.noteThrown(`a report of ${describe(id)} was no outcome but ${describe(outcome)}`);
    const { state } = this;
    const cause = outcome.kind === 'failure' ? causeNumber(outcome.cause) : -1;
    const isCheck = outcome.source === 'check' || cause === CHECK;
    const source = isCheck ? 'check' : outcome.source === 'traffic' ? 'traffic' : 'report';
    const latencyMs = outcome.kind === 'ignored' ? undefined : durationGiven(outcome.latencyMs);
    if (state.onOutcome !== undefined && (isCheck || outcome.kind === 'ignored'))
      tapNamed(state, id, outcome.kind, cause, latencyMs, source, now);
    if (outcome.kind === 'ignored') return;
    if (isCheck) {
      // The instance is well enough to ask for patience, and a crowd is no fault.
      if (outcome.kind === 'failure' && cause === OVERLOAD)
        pauseByCheck(state, id, durationGiven(outcome.retryAfterMs), now);
      else noteCheck(state, id, outcome.kind === 'success', now);
    } else if (outcome.kind === 'success') {
      this.recordSuccess(id, outcome, now, source);
    } else {
      this.recordFailure(id, outcome.cause, outcome, now, source);
    }
  }

  update(instances: readonly ServiceInstance[], now: number): void {
    update(this.state, instances, now);
  }

  override(id: string, wish: Override, now: number): void {
    override(this.state, id, wish, now);
  }

  merge(evidence: ForeignEvidence, trust: number, now: number): void {
    merge(this.state, evidence, trust, now);
  }

  inspect(now: number): ServiceSnapshot {
    this.#look(now);
    return inspect(this.state, now);
  }

  explain(id: string | undefined, now: number): string[] {
    this.#look(now);
    return explain(this.state, id, now);
  }

  nextChangeInMs(now: number): number | undefined {
    this.#look(now);
    return nextChangeInMs(this.state, now);
  }

  reasons(now: number): { id: string; reason: string }[] {
    this.#look(now);
    const found = reasons(this.state, now, 20);
    if (this.#refusal !== 'full') return found;
    return found.map(({ id, reason }) => ({
      id,
      reason: fullReason(this.state, id, this.#refusedCost, now) ?? reason,
    }));
  }

  /** Ids of the membership. */
  *presentIds(): Generator<string> {
    for (const [id, slot] of this.state.slots) if (!isParked(this.state.ledger, slot)) yield id;
  }

  /** What the checks need to know of an instance; undefined when it is not in the membership. */
  checkState(
    id: string,
  ): { instance: ServiceInstance; circuit: Circuit; mode: Mode; msSinceGoodTraffic: number } | undefined {
    const { state } = this;
    const { ledger } = state;
    const slot = state.slots.get(id);
    if (slot === undefined || isParked(ledger, slot)) return undefined;
    const hasAnswered = ledger.f32[slot * WORDS + LATENCY] > 0;
    return {
      instance: state.given[slot],
      circuit: CIRCUITS[state.view.circuit(slot)],
      mode: MODES[ledger.u8[slot * BYTES + MODE]],
      msSinceGoodTraffic: hasAnswered
        ? Math.max(0, (state.readClock() - ledger.i32[slot * WORDS + LATENCY_AT]) | 0)
        : Infinity,
    };
  }

  readings(now: number, mostInstances: number): InstrumentValue[] {
    this.#look(now);
    return readings(this.state, now, mostInstances);
  }

  #prepare(now: number, exclude: Iterable<string> | undefined, key: string | undefined, cost: number): void {
    const { state } = this;
    state.enter(now);
    const { view } = state;
    view.excludedCount = 0;
    if (exclude !== undefined && exclude !== null) this.#exclude(exclude);
    view.setCost(cost);
    const context = this.#context;
    context.now = now;
    context.key = key;
    context.cost = cost;
  }

  // Whatever the caller's iterable does, the request goes its way.
  #exclude(ids: Iterable<string>): void {
    const { view, slots } = this.state;
    try {
      if (typeof ids === 'string') return view.exclude(slots.get(ids));
      // By index, since an iterator would be allocated and most callers have a list.
      if (Array.isArray(ids)) {
        const looks = Math.min(ids.length, MOST_EXCLUDED);
        for (let index = 0; index < looks; index++) view.exclude(slots.get(ids[index]));
      } else if (typeof ids[Symbol.iterator] === 'function') {
        let looks = 0;
        for (const id of ids) {
          view.exclude(slots.get(id));
          if (++looks === MOST_EXCLUDED) break;
        }
      }
    } catch (error) {
      this.state.noteThrown(`exclude threw ${describeThrown(error)}`);
    }
  }

  // Reading is a door too: after weeks of silence times must be swept before they are compared.
  #look(now: number): void {
    this.state.enter(now);
    if (this.state.facts.hasNews) this.state.facts.tell();
  }

  #refuse(answer: number, cost: number): undefined {
    this.#refusedCost = cost;
    this.#refusal = answer === ALL_FULL ? 'full' : 'too-few';
    return undefined;
  }
}
