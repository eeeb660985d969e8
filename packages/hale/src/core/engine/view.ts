// The strategies' view of the ledger: positions of one dense list, read live. One object per service, pointed at a group
// before each question; it allocates nothing and forgets nothing it would have to invalidate.
//
// This is the hottest code of the engine, and it is written for that: what holds for a whole pick is read once
// (`beginPick`), the ledger's arrays are fields here and not two loads away, a call that would return a fraction is
// written out (V8 boxes a returned fraction whenever it does not inline the call), and a division is made only where its
// result can differ. The formulas are those of core/score and core/recovery; a test holds both to equal answers.

import type { LearnedRate } from '../admission/index.ts';
import { hasRoom, mostBeside } from '../admission/index.ts';
import type { Group } from '../eligibility/index.ts';
import { isInList } from '../eligibility/index.ts';
import {
  ALL,
  BAD,
  BYTES,
  CIRCUIT,
  FLAGS,
  FLEET_TIME,
  GROWING,
  INVERSE_WEIGHT,
  IN_FLIGHT,
  LATENCY,
  LATENCY_AT,
  LATENCY_RATE,
  POSITION,
  PROGRESS_AT,
  SHARE,
  TYPICAL,
  WORDS,
  commonRate,
  fleetTime,
} from '../model/index.ts';
import { shareOf, trustOf } from '../recovery/index.ts';
import { latencyOf, medianLatency, queuePrice, recentScoreOf } from '../score/index.ts';
import type { View } from '../strategies/strategy.ts';
import { TOTAL_IN_FLIGHT } from './counters.ts';
import type { EngineState } from './state.ts';

// Columns of the numbers that hold for one pick. A typed array: fractions in fields are heap objects.
const NOW = 0;
const TIME = 1;
const COMMON = 2;
const MEDIAN = 3;
const FAILURE_COST = 4;
const PRIOR = 5;
const SCOUT_COST = 6;

/** At most so many excluded ids are heeded: more attempts than that no request has. */
export const MOST_EXCLUDED = 64;

export class LedgerView implements View {
  count = 0;
  excludedCount = 0;
  readonly excluded: Int32Array = new Int32Array(MOST_EXCLUDED);
  private readonly state: EngineState;
  private readonly numbers = new Float64Array(7);
  /** What may be in flight at an instance beside the request that is being picked for; see core/admission. */
  private mostBeside = 0;
  private cost = 0;
  private slots: Int32Array = new Int32Array(0);
  private group: Group | undefined;
  private isMembership = true;
  // The ledger's arrays, read again at each pick because growing replaces them.
  private f32: Float32Array = new Float32Array(0);
  private i32: Int32Array = new Int32Array(0);
  private u8: Uint8Array = new Uint8Array(0);
  /** Learned rates, unless this pick has come to the point of disregarding them. */
  private rates: LearnedRate | undefined = undefined;
  /** Somebody was passed over for its rate alone. */
  /** A learned rate has kept this pick from somebody. */
  hasMetRate = false;
  /** Nobody is excluded and limits do not adapt: only the fixed limit is asked. */
  private isUnrestricted = true;
  /** `now` as the ledger keeps times: 32-bit ms. */
  private ms = 0;

  constructor(state: EngineState) {
    this.state = state;
    this.numbers[PRIOR] = state.tuning.prior;
    this.setCost(1);
  }

  /** The load of the request that is being picked for, until the next one's is told. */
  setCost(cost: number): void {
    if (cost === this.cost) return;
    this.cost = cost;
    this.mostBeside = mostBeside(cost, this.state.settings.limits.maxInFlightPerInstance);
  }

  /** Fixes what one pick reads once: the time, the fleet clock, the common failure rate, the median. */
  beginPick(now: number, replayable: boolean): void {
    const { fleet, tuning, ledger } = this.state;
    const numbers = this.numbers;
    this.ms = now | 0;
    this.rates = this.state.rates;
    this.hasMetRate = false;
    this.isUnrestricted = this.excludedCount === 0 && this.state.limit === undefined && this.rates === undefined;
    this.f32 = ledger.f32;
    this.i32 = ledger.i32;
    this.u8 = ledger.u8;
    numbers[NOW] = now;
    numbers[TIME] = fleetTime(fleet, now, tuning);
    numbers[COMMON] = commonRate(fleet, now, tuning);
    numbers[MEDIAN] = medianLatency(fleet);
    numbers[FAILURE_COST] = replayable ? tuning.replayableFailureCost : tuning.failureCost;
    numbers[SCOUT_COST] = replayable ? tuning.scoutFailureCost : tuning.failureCost;
  }

  /** From here on this pick asks for no learned rate. */
  disregardRates(): void {
    this.rates = undefined;
  }

  /** Passes over this slot in the pick that is being prepared. An id that nobody has is passed over itself. */
  exclude(slot: number | undefined): void {
    if (slot !== undefined) this.excluded[this.excludedCount++] = slot;
  }

  /** Points the view at the listed instances of a group. */
  show(group: Group, isMembership: boolean): void {
    this.group = group;
    this.slots = group.listed;
    this.count = group.listedCount;
    this.isMembership = isMembership;
  }

  slotAt(position: number): number {
    return this.slots[position];
  }

  id(position: number): string {
    return this.state.records[this.slots[position]].id;
  }

  order(position: number): number {
    return this.slots[position];
  }

  position(order: number): number {
    const { ledger, roster } = this.state;
    if (!this.isMembership) return this.slots.subarray(0, this.count).indexOf(order);
    if (!(order >= 0 && order < ledger.used) || !isInList(ledger, order)) return -1;
    return roster.groups[ledger.group[order]] === this.group ? ledger.i32[order * WORDS + POSITION] : -1;
  }

  weight(position: number): number {
    return 1 / this.state.ledger.f32[this.slots[position] * WORDS + INVERSE_WEIGHT];
  }

  score(position: number): number {
    const { ledger, fleet, settings, tuning } = this.state;
    return recentScoreOf(ledger, fleet, this.slots[position], this.numbers[NOW], settings, tuning);
  }

  inFlight(position: number): number {
    return this.i32[this.slots[position] * WORDS + IN_FLIGHT];
  }

  latency(position: number): number {
    return latencyOf(
      this.state.ledger,
      this.slots[position],
      this.numbers[NOW],
      this.numbers[MEDIAN],
      this.state.fleet.totals[LATENCY_RATE],
    );
  }

  share(position: number): number {
    const slot = this.slots[position];
    return (this.u8[slot * BYTES + FLAGS] & GROWING) === 0 ? this.f32[slot * WORDS + SHARE] : this.growingShare(slot);
  }

  private growingShare(slot: number): number {
    return shareOf(this.state.ledger, slot, this.numbers[NOW], this.group!.largestWeight, this.state.settings);
  }

  price(position: number): number {
    return this.priced(this.slots[position], this.numbers[FAILURE_COST]);
  }

  scoutPrice(position: number): number {
    return this.priced(this.slots[position], this.numbers[SCOUT_COST]);
  }

  trust(position: number): number {
    return trustOf(
      this.state.ledger,
      this.slots[position],
      this.numbers[NOW],
      this.group!.largestWeight,
      this.state.settings,
    );
  }

  get typical(): number {
    return this.state.fleet.totals[TYPICAL];
  }

  /** Of the whole service: summing one group would cost a look at each of its instances. */
  get meanLoad(): number {
    const { counts, roster } = this.state;
    return counts[TOTAL_IN_FLIGHT] / Math.max(roster.listedWeight[0], Number.MIN_VALUE);
  }

  isAvailable(position: number): boolean {
    const slot = this.slots[position];
    return this.i32[slot * WORDS + IN_FLIGHT] <= this.mostBeside && (this.isUnrestricted || this.isSlotAvailable(slot));
  }

  // What the engine asks of slots

  priceOfSlot(slot: number): number {
    return this.priced(slot, this.numbers[FAILURE_COST]);
  }

  /** queuePrice x (1 + C x failureRate) of core/score, in one piece. */
  private priced(slot: number, failureCost: number): number {
    const f32 = this.f32;
    const i32 = this.i32;
    const numbers = this.numbers;
    const at = slot * WORDS;
    const inFlight = i32[at + IN_FLIGHT];
    let latency = f32[at + LATENCY];
    if (latency === 0) latency = numbers[MEDIAN];
    else {
      const idle = (this.ms - i32[at + LATENCY_AT]) | 0;
      if (idle > 0) {
        const x = idle * this.state.fleet.totals[LATENCY_RATE];
        const median = numbers[MEDIAN];
        latency = median + (latency - median) / (1 + x + 0.5 * x * x);
      }
    }
    if (inFlight > 0) {
      const silence = (this.ms - i32[at + PROGRESS_AT]) | 0;
      if (silence > latency) latency = silence;
    }
    const queue = (inFlight * f32[at + INVERSE_WEIGHT] + 1) * latency;
    const common = numbers[COMMON];
    // Nothing has failed lately anywhere, so nothing here either: the factor is 1.
    if (common === 0) return queue;
    const bad = f32[at + BAD];
    const age = numbers[TIME] - f32[at + FLEET_TIME];
    const faded = age > 0 ? 1 + age + 0.5 * age * age : 1;
    const prior = numbers[PRIOR];
    // (F d + m R) / (N d + m) with d = 1 / faded, both sides times `faded`: one division for two.
    return queue * (1 + (failureCost * (bad + prior * common * faded)) / (f32[at + ALL] + prior * faded));
  }

  /** The price without its failure term. */
  queueOfSlot(slot: number): number {
    return queuePrice(this.state.ledger, slot, this.ms, this.numbers[MEDIAN], this.state.fleet.totals[LATENCY_RATE]);
  }

  isSlotAvailable(slot: number): boolean {
    return !this.isFull(slot) && (this.excludedCount === 0 || !this.isExcluded(slot));
  }

  isFull(slot: number): boolean {
    const inFlight = this.i32[slot * WORDS + IN_FLIGHT];
    if (inFlight > this.mostBeside) return true;
    const { limit } = this.state;
    if (limit !== undefined && !hasRoom(inFlight, this.cost, limit.limitOf(slot))) return true;
    if (this.rates === undefined || !this.rates.isFull(slot, this.numbers[NOW])) return false;
    this.hasMetRate = true;
    return true;
  }

  isExcluded(slot: number): boolean {
    for (let index = 0; index < this.excludedCount; index++) if (this.excluded[index] === slot) return true;
    return false;
  }

  circuit(slot: number): number {
    return this.state.ledger.u8[slot * BYTES + CIRCUIT];
  }
}
