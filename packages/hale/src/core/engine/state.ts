// Everything one service knows, in one place, for the doors in this folder. It decides nothing.

import { setFleetSize } from '../observe/index.ts';
import type { Clock, Random } from '../kernel/index.ts';
import type { AdaptiveLimit, LearnedRate } from '../admission/index.ts';
import type { KeyBlame } from '../blame/index.ts';
import { Forecast } from '../score/index.ts';
import type { Reason, ServiceInstance, Settings, Tuning } from '../model/index.ts';
import { BYTES, CIRCUIT, CLOSED, Fleet, INVERSE_WEIGHT, Ledger, WORDS, describe } from '../model/index.ts';
import { Roster, isParked } from '../eligibility/index.ts';
import type { Group } from '../eligibility/index.ts';
import { lowestPrice } from '../strategies/index.ts';
import type { Strategy, StrategyFactory } from '../strategies/strategy.ts';
import { COUNTERS, DUE_AT, NOW, SWEPT_AT, THROWN } from './counters.ts';
import type { FactLog } from './facts.ts';
import { describeThrown } from './facts.ts';
import { momentGiven } from './given.ts';
import type { ServiceInstruments } from './instruments.ts';
import { quickMinimumOf } from './quick-pick.ts';
import type { OutcomeTap } from './tap.ts';
import { LedgerView } from './view.ts';

/** What is unbounded in kind is kept beside the ledger; a pick reads none of it. */
export interface InstanceRecord {
  /** As it was admitted. */
  readonly id: string;
  weight: number;
  priority: number;
  zone: string | undefined;
  /** Whole ms: when it was last in a list that a caller gave. */
  seenAt: number;
  /** Whole ms: absent from the membership since then; -1 = present. */
  parkedAt: number;
  /** Whole ms: last transition, and why. */
  changedAt: number;
  reason: Reason | '';
  /** Number of the last failure's cause; -1 = none yet. */
  cause: number;
  /** A fact `ejected` was told, and its score has not brought it back. */
  isEjected: boolean;
  /** Samples in a row whose trend forecasts trouble. */
  forecasts: number;
  /** What rules that only observe have told, and in which epoch. */
  observed: number;
}

export interface EngineOptions {
  readonly name: string;
  readonly settings: Settings;
  readonly tuning: Tuning;
  readonly strategy: StrategyFactory;
  readonly zone: string | undefined;
  /** The service's response time-out, by which the adaptive limit says what is too late; none by default. */
  readonly timeoutMs?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly facts: FactLog;
  readonly limit: AdaptiveLimit | undefined;
  /** Whether the score is forecast. */
  readonly hasForecast: boolean;
  readonly instruments: ServiceInstruments;
  /** Told of every outcome: see tap.ts. Nobody by default, which costs a request nothing. */
  readonly onOutcome?: OutcomeTap | undefined;
}

export class EngineState {
  readonly name: string;
  readonly settings: Settings;
  readonly tuning: Tuning;
  readonly zone: string | undefined;
  /** 0 = none. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly facts: FactLog;
  readonly limit: AdaptiveLimit | undefined;
  readonly forecast: Forecast | undefined;
  readonly instruments: ServiceInstruments;
  readonly onOutcome: OutcomeTap | undefined;
  readonly ledger: Ledger = new Ledger();
  readonly fleet: Fleet = new Fleet();
  readonly roster: Roster = new Roster();
  readonly slots: Map<string, number> = new Map();
  readonly records: InstanceRecord[] = [];
  /**
   * By slot, the object that was given last: only to be handed back, since its owner may change it. Beside the records,
   * since every pick hands one back, and a record would be one more miss of the cache.
   */
  readonly given: ServiceInstance[] = [];
  readonly counts: Int32Array = new Int32Array([0, 0, 1, 0, 0, 0]);
  readonly counters: Float64Array = new Float64Array(COUNTERS);
  /** Columns in counters.ts. */
  readonly times: Float64Array;
  readonly view: LedgerView;
  isPanicking = false;
  /** Advances whenever someone joins, leaves, returns or moves, or another object stands for an instance. */
  membershipVersion = 0;
  /** `update` has said who belongs. */
  hasMembership = false;
  /** Set by a pick: what it granted is a trial. */
  isTrial = false;
  /** Set by a pick: its key is blamed, so its answer would say nothing of an instance on trial. */
  isForBlamed = false;
  /** Keys whose requests fail; made at the first failure of a request that has one. */
  blame: KeyBlame | undefined = undefined;
  lastIgnored: string | undefined;
  /** Strategy of each group of the membership, by group number. */
  readonly strategies: Strategy[] = [];
  /** Rates that instances take on, while any is known or being learned: see rates.ts. */
  rates: LearnedRate | undefined = undefined;
  /** Fewest listed instances for the quick way of a pick; Infinity when it does not know the strategy or the limits. */
  quickMinimum: number;
  /** Some strategy, or whoever records, wants to hear of settlements: then none takes the quick way. */
  hasListener: boolean;
  readonly #factory: StrategyFactory;
  readonly #bareQuickMinimum: number;

  constructor(options: EngineOptions) {
    this.name = options.name;
    this.settings = options.settings;
    this.tuning = options.tuning;
    this.zone = options.zone;
    this.timeoutMs = options.timeoutMs ?? 0;
    this.clock = options.clock;
    this.random = options.random;
    this.facts = options.facts;
    this.limit = options.limit;
    this.forecast = options.hasForecast ? new Forecast(this.ledger) : undefined;
    this.instruments = options.instruments;
    this.onOutcome = options.onOutcome;
    this.hasListener = options.onOutcome !== undefined;
    this.#factory = options.strategy;
    this.#bareQuickMinimum = quickMinimumOf(
      options.strategy === lowestPrice,
      options.limit !== undefined,
      options.settings.minHealthyInstances,
    );
    this.quickMinimum = this.#bareQuickMinimum;
    this.times = new Float64Array([Infinity, 0, 0, 0, NaN]);
    setFleetSize(this.fleet, 0, this.tuning);
    this.view = new LedgerView(this);
    this.facts.onThrown(options.name, (sentence) => this.noteThrown(sentence));
  }

  /** Instances in the membership. */
  get instances(): number {
    return this.roster.size;
  }

  groupOf(slot: number): Group {
    return this.roster.groups[this.ledger.group[slot]];
  }

  /** What SHARE of this slot is relative to: its group's largest weight, or its own while it is in no group. */
  largestWeightOf(slot: number): number {
    return isParked(this.ledger, slot) ? this.weightOf(slot) : this.groupOf(slot).largestWeight;
  }

  isClosed(slot: number): boolean {
    return this.ledger.u8[slot * BYTES + CIRCUIT] === CLOSED;
  }

  weightOf(slot: number): number {
    return 1 / this.ledger.f32[slot * WORDS + INVERSE_WEIGHT];
  }

  /** The clock, made safe: one that throws or answers nonsense stands still. */
  readClock(): number {
    try {
      const now = this.clock.now();
      if (momentGiven(now) !== undefined) return now;
      this.noteThrown(`the clock answered ${describe(now)}`);
    } catch (error) {
      this.noteThrown(`the clock threw ${describeThrown(error)}`);
    }
    return this.times[NOW];
  }

  /** The caller's `now`, or the clock's when the caller gave none or nonsense. */
  at(given: number | undefined): number {
    return momentGiven(given) ?? this.readClock();
  }

  /** First act of every door: remembers the time, and does what falls due with it. */
  enter(now: number): void {
    this.times[NOW] = now;
    if (now >= this.times[DUE_AT] || now < this.times[SWEPT_AT]) this.keepHouse(now);
  }

  /** Set at composition: housekeeping walks all instances, and is due about once in ten days or at a forgetting. */
  keepHouse: (now: number) => void = () => {};

  /** While there are learned rates no pick takes the quick way. */
  setRates(rates: LearnedRate | undefined): void {
    this.rates = rates;
    this.quickMinimum = rates === undefined ? this.#bareQuickMinimum : Infinity;
  }

  /** A strategy, guarded against a factory that throws. */
  makeStrategy(): Strategy {
    try {
      const strategy: unknown = this.#factory();
      if (isStrategy(strategy)) {
        if (strategy.settled !== undefined) this.hasListener = true;
        return strategy;
      }
      this.noteThrown(`the strategy's factory answered ${describe(strategy)}, which has no pick()`);
    } catch (error) {
      this.noteThrown(`the strategy's factory threw ${describeThrown(error)}`);
    }
    return lowestPrice();
  }

  noteThrown(sentence: string): void {
    this.counters[THROWN]++;
    this.lastIgnored = sentence;
  }

  noteIgnored(counter: number, sentence: string): void {
    this.counters[counter]++;
    this.lastIgnored = sentence;
  }
}

function isStrategy(value: unknown): value is Strategy {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Strategy>).pick === 'function';
}
