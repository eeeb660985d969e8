// The strategies' view of the ledger: positions of one dense list, read live. One object per service, pointed at a group
// before each question; it allocates nothing and forgets nothing it would have to invalidate.

import type { Group } from '../eligibility/index.ts';
import { isInList } from '../eligibility/index.ts';
import { BYTES, CIRCUIT, INVERSE_WEIGHT, IN_FLIGHT, POSITION, TYPICAL, WORDS, commonRate, fleetTime } from '../model/index.ts';
import { shareOf, trustOf } from '../recovery/index.ts';
import { failureRate, latencyOf, medianLatency, queuePrice, scoreOf } from '../score/index.ts';
import type { View } from '../strategies/strategy.ts';
import type { EngineState } from './state.ts';
import { TOTAL_IN_FLIGHT } from './counters.ts';

// Columns of the numbers that hold for one pick. A typed array: fractions in fields are heap objects.
const NOW = 0;
const TIME = 1;
const COMMON = 2;
const MEDIAN = 3;
const FAILURE_COST = 4;

/** At most so many excluded ids are heeded: more attempts than that no request has. */
export const MOST_EXCLUDED = 64;

export class LedgerView implements View {
  count = 0;
  excludedCount = 0;
  readonly excluded: Int32Array = new Int32Array(MOST_EXCLUDED);
  readonly #state: EngineState;
  readonly #numbers = new Float64Array(5);
  #list: Int32Array = new Int32Array(0);
  #group: Group | undefined;
  #isMembership = true;

  constructor(state: EngineState) {
    this.#state = state;
  }

  /** Fixes what one pick reads once: the time, the fleet clock, the common failure rate, the median. */
  beginPick(now: number, replayable: boolean): void {
    const { fleet, tuning } = this.#state;
    const numbers = this.#numbers;
    numbers[NOW] = now;
    numbers[TIME] = fleetTime(fleet, now, tuning);
    numbers[COMMON] = commonRate(fleet, now, tuning);
    numbers[MEDIAN] = medianLatency(fleet);
    numbers[FAILURE_COST] = replayable ? tuning.replayableFailureCost : tuning.failureCost;
  }

  /** Points the view at the listed instances of a group. */
  show(group: Group, isMembership: boolean): void {
    this.#group = group;
    this.#list = group.listed;
    this.count = group.listedCount;
    this.#isMembership = isMembership;
  }

  slotAt(position: number): number {
    return this.#list[position];
  }

  id(position: number): string {
    return this.#state.records[this.#list[position]].instance.id;
  }

  order(position: number): number {
    return this.#list[position];
  }

  position(order: number): number {
    const { ledger, roster } = this.#state;
    if (!this.#isMembership) return this.#list.subarray(0, this.count).indexOf(order);
    if (!(order >= 0 && order < ledger.used) || !isInList(ledger, order)) return -1;
    return roster.groups[ledger.group[order]] === this.#group ? ledger.i32[order * WORDS + POSITION] : -1;
  }

  weight(position: number): number {
    return 1 / this.#state.ledger.f32[this.#list[position] * WORDS + INVERSE_WEIGHT];
  }

  score(position: number): number {
    const { ledger, fleet, settings, tuning } = this.#state;
    return scoreOf(ledger, fleet, this.#list[position], this.#numbers[NOW], settings, tuning);
  }

  inFlight(position: number): number {
    return this.#state.ledger.i32[this.#list[position] * WORDS + IN_FLIGHT];
  }

  latency(position: number): number {
    return latencyOf(this.#state.ledger, this.#list[position], this.#numbers[NOW], this.#numbers[MEDIAN], this.#state.tuning);
  }

  share(position: number): number {
    return shareOf(this.#state.ledger, this.#list[position], this.#numbers[NOW], this.#group!.largestWeight, this.#state.settings);
  }

  price(position: number): number {
    return this.priceOfSlot(this.#list[position]);
  }

  trust(position: number): number {
    return trustOf(this.#state.ledger, this.#list[position], this.#numbers[NOW], this.#group!.largestWeight, this.#state.settings);
  }

  get typical(): number {
    return this.#state.fleet.totals[TYPICAL];
  }

  /** Of the whole service: summing one group would cost a look at each of its instances. */
  get meanLoad(): number {
    const { counts, roster } = this.#state;
    return counts[TOTAL_IN_FLIGHT] / Math.max(roster.listedWeight[0], Number.MIN_VALUE);
  }

  isAvailable(position: number): boolean {
    return this.isSlotAvailable(this.#list[position]);
  }

  // What the engine asks of slots

  priceOfSlot(slot: number): number {
    const { ledger, tuning } = this.#state;
    const numbers = this.#numbers;
    const failures = failureRate(ledger, slot, numbers[TIME], numbers[COMMON], tuning);
    return queuePrice(ledger, slot, numbers[NOW], numbers[MEDIAN], tuning) * (1 + numbers[FAILURE_COST] * failures);
  }

  /** The price without its failure term. */
  queueOfSlot(slot: number): number {
    return queuePrice(this.#state.ledger, slot, this.#numbers[NOW], this.#numbers[MEDIAN], this.#state.tuning);
  }

  isSlotAvailable(slot: number): boolean {
    return !this.isFull(slot) && (this.excludedCount === 0 || !this.isExcluded(slot));
  }

  isFull(slot: number): boolean {
    const { ledger, settings, limit } = this.#state;
    const inFlight = ledger.i32[slot * WORDS + IN_FLIGHT];
    return inFlight >= settings.limits.maxInFlightPerInstance || (limit !== undefined && inFlight >= limit.limitOf(slot));
  }

  isExcluded(slot: number): boolean {
    for (let index = 0; index < this.excludedCount; index++) if (this.excluded[index] === slot) return true;
    return false;
  }

  circuit(slot: number): number {
    return this.#state.ledger.u8[slot * BYTES + CIRCUIT];
  }
}
