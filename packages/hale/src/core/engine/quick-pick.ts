// The pick of nearly every request, in one piece: strategy `lowest-price`, one group, everyone in it listed, nobody excluded.
//
// It decides exactly as the general way does, draw for draw (`pick.ts`, then `strategies/cheapest.ts` over `view.ts`, with
// the price of `score/price.ts`); a property test holds the two to the same picks from the same seed. It exists because
// the general way is a chain of eight calls, each of which reads the same arrays again and returns a fraction that V8 puts
// into a heap object: in one piece a pick takes 60 % of the time and allocates nothing.

import type { Group } from '../eligibility/index.ts';
import type { BlameKey } from '../model/index.ts';
import * as model from '../model/index.ts';
import { commonRate, fleetTime } from '../model/index.ts';
import { PACE_PICKS, notePace } from '../observe/index.ts';
import { shareOf } from '../recovery/index.ts';
import { queuePrice } from '../score/index.ts';
import { notSettled, positionsPerRandom, priceAt, scoutPriceAt } from '../strategies/index.ts';
import * as strategies from '../strategies/index.ts';
import * as counters from './counters.ts';
import { KeyedLease, Lease } from './lease.ts';
import type { EngineState } from './state.ts';

// The columns again, as constants of this module: those V8 folds into the code, while an imported binding is loaded from
// its cell at each use. A tenth of a pick.
const CANDIDATES = strategies.CANDIDATES;
const DEAR = strategies.DEAR;
const DRAWS = strategies.DRAWS;
const TIE_BAND = strategies.TIE_BAND;
const DUE_AT = counters.DUE_AT;
const NOW = counters.NOW;
const SWEPT_AT = counters.SWEPT_AT;
const PICK_COUNTER = counters.PICK_COUNTER;
const TOTAL_IN_FLIGHT = counters.TOTAL_IN_FLIGHT;
const ALL = model.ALL;
const BAD = model.BAD;
const BYTES = model.BYTES;
const FLAGS = model.FLAGS;
const FLEET_TIME = model.FLEET_TIME;
const GROWING = model.GROWING;
const INVERSE_WEIGHT = model.INVERSE_WEIGHT;
const IN_FLIGHT = model.IN_FLIGHT;
const LATENCY = model.LATENCY;
const LATENCY_AT = model.LATENCY_AT;
const LATENCY_RATE = model.LATENCY_RATE;
const MEDIAN = model.MEDIAN;
const PROGRESS_AT = model.PROGRESS_AT;
const QUIET = model.QUIET;
const SHARE = model.SHARE;
const SIDE = model.SIDE;
const TYPICAL = model.TYPICAL;
const WORDS = model.WORDS;

/** May a pick of cost 1 take the quick way? Everything is asked that the general way would have to do more for. */
export function isQuick({ roster, quickMinimum, settings, counts, times, isPanicking }: EngineState): boolean {
  const { first, listedCount } = roster;
  return (
    // Infinity when the strategy is another, or limits adapt.
    listedCount >= quickMinimum &&
    first !== undefined &&
    first.listedCount === roster.size &&
    counts[TOTAL_IN_FLIGHT] < settings.limits.maxInFlight &&
    // No housekeeping is due, so nothing of a quick pick is news.
    times[NOW] < times[DUE_AT] &&
    times[NOW] >= times[SWEPT_AT] &&
    !isPanicking
  );
}

/** What `quickMinimum` is: enough for three candidates, and for the service. */
export function quickMinimumOf(isLowestPrice: boolean, hasAdaptiveLimit: boolean, minimum: number): number {
  return isLowestPrice && !hasAdaptiveLimit ? Math.max(CANDIDATES, minimum) : Infinity;
}

/** The lease of a quick pick at the time in `state.times`, or undefined: nobody of 64 is available. */
export function quickLease(state: EngineState, replayable: boolean, keys: BlameKey | undefined): Lease | undefined {
  const { counts, ledger, times } = state;
  const now = times[NOW];
  state.isTrial = false;
  const picks = (counts[PICK_COUNTER] + 1) | 0;
  counts[PICK_COUNTER] = picks;
  if ((picks & PACE_PICKS) === 0) notePace(state.fleet, now, state.tuning);
  const slot = quickPick(state, state.roster.first!, replayable);
  if (slot < 0) return undefined;
  const { i32 } = ledger;
  const at = slot * WORDS;
  // The grant that ends idleness: nothing was awaited before it.
  if (i32[at + IN_FLIGHT] === ledger.side[slot * SIDE + QUIET]) i32[at + PROGRESS_AT] = now;
  i32[at + IN_FLIGHT]++;
  counts[TOTAL_IN_FLIGHT]++;
  return keys === undefined ? new Lease(state, slot, 1, now) : new KeyedLease(state, slot, 1, now, keys);
}

/**
 * The slot chosen from a group of at least three, or -1: nobody of 64 is available. `enter` has been told the time, and
 * the pick counter has moved.
 */
function quickPick(state: EngineState, group: Group, replayable: boolean): number {
  // Handed over in an array: as an argument it would be a heap object of its own.
  const now = state.times[NOW];
  const { ledger, fleet, tuning, random } = state;
  const { f32, i32, u8 } = ledger;
  const { totals } = fleet;
  const { listed, listedCount } = group;
  const mostInFlight = state.settings.limits.maxInFlightPerInstance;
  const ms = now | 0;
  const median = totals[MEDIAN] > 0 ? totals[MEDIAN] : 1;
  const common = commonRate(fleet, now, tuning);
  const typical = totals[TYPICAL];
  const latencyRate = totals[LATENCY_RATE];
  const perRandom = positionsPerRandom(listedCount);
  let fraction = 0;
  let uses = 0;
  let first = -1;
  let second = -1;
  let best = -1;
  let bestPrice = Infinity;
  let bestScoutPrice = Infinity;
  let isBestIdle = false;
  for (let draws = 0, found = 0; draws < DRAWS && found < CANDIDATES; draws++) {
    if (uses === 0) {
      fraction = random();
      uses = perRandom;
    }
    uses--;
    const scaled = fraction * listedCount;
    const position = scaled | 0;
    fraction = scaled - position;
    if (position === first || position === second || position >= listedCount) continue;
    const slot = listed[position];
    const at = slot * WORDS;
    // Whoever grows has less than its full share: the flag is asked only then.
    let share = f32[at + SHARE];
    if (share < 1) {
      if ((u8[slot * BYTES + FLAGS] & GROWING) !== 0)
        share = shareOf(ledger, slot, now, group.largestWeight, state.settings);
      if (!(random() < share)) continue;
    }
    const inFlight = i32[at + IN_FLIGHT];
    if (inFlight >= mostInFlight) continue;
    if (found++ === 0) first = position;
    else second = position;

    let latency = f32[at + LATENCY];
    if (latency === 0) {
      latency = median;
    } else {
      const idle = (ms - i32[at + LATENCY_AT]) | 0;
      if (idle > 0) {
        const x = idle * latencyRate;
        latency = median + (latency - median) / (1 + x + 0.5 * x * x);
      }
    }
    let queue = latency;
    if (inFlight > 0) {
      const silence = (ms - i32[at + PROGRESS_AT]) | 0;
      if (silence > latency) latency = silence;
      queue = (inFlight * f32[at + INVERSE_WEIGHT] + 1) * latency;
    }
    let price = queue;
    let scoutPrice = queue;
    if (common !== 0) {
      const bad = f32[at + BAD];
      const age = fleetTime(fleet, now, tuning) - f32[at + FLEET_TIME];
      const faded = age > 0 ? 1 + age + 0.5 * age * age : 1;
      const cost = replayable ? tuning.replayableFailureCost : tuning.failureCost;
      const scoutCost = replayable ? tuning.scoutFailureCost : tuning.failureCost;
      const failures = bad + tuning.prior * common * faded;
      const all = f32[at + ALL] + tuning.prior * faded;
      price = queue * (1 + (cost * failures) / all);
      scoutPrice = queue * (1 + (scoutCost * failures) / all);
    }
    const isIdle = inFlight === 0;
    if (isIdle && isBestIdle ? scoutPrice * TIE_BAND < bestScoutPrice : price < bestPrice) {
      best = position;
      bestPrice = price;
      bestScoutPrice = scoutPrice;
      isBestIdle = isIdle;
    }
  }
  if (best < 0 || (typical > 0 && bestPrice > DEAR * typical))
    best = theLongWay(state, group, now, replayable, best, bestPrice);
  if (best < 0) return -1;
  const slot = listed[best];
  if ((state.counts[PICK_COUNTER] & 7) === 0) noteTypical(state, slot, now);
  return slot;
}

function theLongWay(
  state: EngineState,
  group: Group,
  now: number,
  replayable: boolean,
  best: number,
  bestPrice: number,
): number {
  const { view, random, fleet } = state;
  view.excludedCount = 0;
  view.setCost(1);
  view.beginPick(now, replayable);
  view.show(group, true);
  const typical = fleet.totals[TYPICAL];
  return notSettled(view, random, now, priceAt, typical > 0 ? DEAR * typical : Infinity, scoutPriceAt, best, bestPrice);
}

/** Takes one pick in eight into the typical price: a smoothed number needs no more than a sample, at eight times the weight. */
export function noteTypical({ fleet, ledger, tuning }: EngineState, slot: number, now: number): void {
  const { totals } = fleet;
  const queue = queuePrice(ledger, slot, now | 0, totals[MEDIAN] > 0 ? totals[MEDIAN] : 1, totals[LATENCY_RATE]);
  const weight = 8 * tuning.typicalWeight;
  totals[TYPICAL] = totals[TYPICAL] === 0 ? queue : totals[TYPICAL] + weight * (queue - totals[TYPICAL]);
}
