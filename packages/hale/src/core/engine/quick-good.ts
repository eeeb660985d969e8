// The settlement of nearly every request, in one piece: a good outcome of a closed circuit that is fully trusted and
// against which nothing stands. The same sums, in the same order, as `good` in settle.ts makes through core/observe; a
// property test holds the two to equal ledgers, to the bit. It exists for the reason that quick-pick.ts gives.

import * as model from '../model/index.ts';
import * as observe from '../observe/index.ts';
import * as counters from './counters.ts';
import { sampleForecast } from './forecast-sample.ts';
import * as instruments from './instruments.ts';
import { noteKeysGood } from './key-fault.ts';
import type { Lease } from './lease.ts';
import type { EngineState } from './state.ts';

// The columns again, as constants of this module: see quick-pick.ts. A fraction that is chosen between a number and an
// imported binding would even be put into a heap object.
const GENERATION = model.GENERATION;
const QUIET = model.QUIET;
const SERIES = model.SERIES;
const SIDE = model.SIDE;
const SUCCESS_PLACE = instruments.SUCCESS_PLACE;
const SAMPLE = counters.SAMPLE;
const SETTLED_AT = counters.SETTLED_AT;
const TOTAL_IN_FLIGHT = counters.TOTAL_IN_FLIGHT;
const WATCHED_KEYS = counters.WATCHED_KEYS;
const SHORTEST_MS = observe.SHORTEST_MS;
const LONGEST_MS = observe.LONGEST_MS;
const ALL = model.ALL;
const BAD = model.BAD;
const COUNT_LEFT = model.COUNT_LEFT;
const COUNT_MS = model.COUNT_MS;
const COUNT_STEP = model.COUNT_STEP;
const FLEET_ALL = model.FLEET_ALL;
const FLEET_BAD = model.FLEET_BAD;
const FLEET_CLOCK = model.FLEET_CLOCK;
const FLEET_TIME = model.FLEET_TIME;
const CALM_STATE = model.CALM_STATE;
const PROBATION_MASK = model.PROBATION_MASK;
const PROBATION_WORD = model.PROBATION_WORD;
const STATE_WORD = model.STATE_WORD;
const EPOCH = model.EPOCH;
const HALF_WORDS = model.HALF_WORDS;
const IN_FLIGHT = model.IN_FLIGHT;
const PROGRESS_AT = model.PROGRESS_AT;
const LAST_OUTCOME = model.LAST_OUTCOME;
const LATENCY = model.LATENCY;
const LATENCY_AT = model.LATENCY_AT;
const LATENCY_RATE = model.LATENCY_RATE;
const MEDIAN = model.MEDIAN;
const RING_SIZE = model.RING_SIZE;
const SUSPICION = model.SUSPICION;
const WORDS = model.WORDS;

/** Above this the clock is near its rebase, which is not for here. */
const NEAR_REBASE = 1000;
/** A longer pause than so many evidence times is not for here either. */
const LONG_PAUSE = 20;

/**
 * Settles a lease whose request went well, with its time and latency (NaN = no sample) in `state.times`: as arguments they
 * would be heap objects. Or answers false and has touched nothing: then it is `settle`'s.
 */
export function quickSucceed(state: EngineState, lease: Lease): boolean {
  const { ledger, times, counts } = state;
  const now = times[SETTLED_AT];
  const { slot } = lease;
  if (
    lease.isSettled ||
    lease.trial ||
    // Silence is for the general way.
    ledger.side[slot * SIDE + QUIET] !== 0 ||
    ledger.side[slot * SIDE + GENERATION] !== lease.generation ||
    ledger.u16[slot * HALF_WORDS + EPOCH] !== lease.epoch ||
    state.limit !== undefined ||
    state.hasListener ||
    // Housekeeping is left to the next pick.
    !quickGood(state, slot)
  ) {
    return false;
  }
  lease.isSettled = true;
  counts[TOTAL_IN_FLIGHT] -= lease.cost;
  const { i32 } = ledger;
  const at = slot * WORDS;
  i32[at + IN_FLIGHT] -= lease.cost;
  i32[at + PROGRESS_AT] = now;
  state.instruments.settled(ledger.side[slot * SIDE + SERIES], SUCCESS_PLACE);
  state.instruments.took(now - lease.grantedAt);
  if (counts[WATCHED_KEYS] !== 0) {
    noteKeysGood(state, lease, now);
    if (state.facts.hasNews) state.facts.tell();
  }
  if (state.forecast !== undefined && state.forecast.isDue(slot, now | 0)) {
    sampleForecast(state, slot, now);
    if (state.facts.hasNews) state.facts.tell();
  }
  return true;
}

/** Takes the outcome of which `state.times` tells, or answers false and has touched nothing: then it is `good`'s. */
export function quickGood(state: EngineState, slot: number): boolean {
  const now = state.times[SETTLED_AT];
  const latencyMs = state.times[SAMPLE];
  const { ledger, fleet, tuning } = state;
  const { f32, i32 } = ledger;
  const { totals } = fleet;
  const at = slot * WORDS;
  const known = f32[at + LATENCY];
  const median = totals[MEDIAN];
  const elapsed = now - totals[LAST_OUTCOME];
  if (
    i32[at + STATE_WORD] !== CALM_STATE ||
    (i32[at + PROBATION_WORD] & PROBATION_MASK) !== 0 ||
    f32[at + SUSPICION] !== 0 ||
    ledger.pauseStep[slot] !== 0 ||
    known === 0 ||
    median === 0 ||
    totals[FLEET_CLOCK] > NEAR_REBASE ||
    latencyMs < 0 ||
    !(elapsed < LONG_PAUSE * tuning.evidenceMs)
  ) {
    return false;
  }
  // The fleet clock
  let step = totals[COUNT_STEP];
  let left = totals[COUNT_LEFT];
  if (elapsed > totals[COUNT_MS]) {
    step = Math.max(elapsed / tuning.evidenceMs, step);
    left = 1 / (1 + step + 0.5 * step * step);
  }
  const clock = totals[FLEET_CLOCK] + step;
  totals[LAST_OUTCOME] = now;
  totals[FLEET_CLOCK] = clock;
  if (totals[FLEET_BAD] !== 0) totals[FLEET_BAD] *= left;
  totals[FLEET_ALL] = totals[FLEET_ALL] * left + 1;
  // Latency, unless the sample was taken at the head (NaN)
  if (latencyMs >= 0) {
    const sample = latencyMs < SHORTEST_MS ? SHORTEST_MS : latencyMs > LONGEST_MS ? LONGEST_MS : latencyMs;
    const idle = (now - i32[at + LATENCY_AT]) | 0;
    let weight = tuning.latencyWeight;
    const x = idle * totals[LATENCY_RATE];
    if (x > weight) {
      weight = Math.max(weight, 1 - 1 / (1 + x + 0.5 * x * x));
    }
    f32[at + LATENCY] = known + weight * (sample - known);
    i32[at + LATENCY_AT] = now;
    const moved = median + median * tuning.medianStep * (sample > median ? 1 : -1);
    totals[MEDIAN] = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, moved));
  }
  // Evidence
  const age = Math.max(0, clock - f32[at + FLEET_TIME]);
  const faded = 1 / (1 + age + 0.5 * age * age);
  if (f32[at + BAD] !== 0) f32[at + BAD] *= faded;
  f32[at + ALL] = f32[at + ALL] * faded + 1;
  f32[at + FLEET_TIME] = clock;
  const next = fleet.ringNext;
  fleet.ring[next] = 2 * slot;
  fleet.ringTime[next] = clock;
  fleet.ringNext = (next + 1) & (RING_SIZE - 1);
  return true;
}
