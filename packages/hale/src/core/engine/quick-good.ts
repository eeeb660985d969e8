// The settlement of nearly every request, in one piece: a good outcome of a closed circuit that is fully trusted and
// against which nothing stands. The same sums, in the same order, as `good` in settle.ts makes through core/observe; a
// property test holds the two to equal ledgers, to the bit. It exists for the reason that quick-pick.ts gives.

import {
  ALL,
  BAD,
  BYTES,
  CIRCUIT,
  CLOSED,
  COUNT_LEFT,
  COUNT_MS,
  COUNT_STEP,
  FLAGS,
  FLEET_ALL,
  FLEET_BAD,
  FLEET_CLOCK,
  FLEET_TIME,
  LAST_OUTCOME,
  LATENCY,
  LATENCY_AT,
  LEVEL,
  LISTED,
  MEDIAN,
  RING_SIZE,
  RUN,
  SUSPICION,
  WORDS,
} from '../model/index.ts';
import { LONGEST_MS, SHORTEST_MS } from '../observe/index.ts';
import type { EngineState } from './state.ts';

/** Above this the clock is near its rebase, which is not for here. */
const NEAR_REBASE = 1000;
/** A longer pause than so many evidence times is not for here either. */
const LONG_PAUSE = 20;

/** Takes the outcome (`latencyMs` NaN = no sample), or answers false and has touched nothing: then it is `good`'s. */
export function quickGood(state: EngineState, slot: number, latencyMs: number, now: number): boolean {
  const { ledger, fleet, tuning } = state;
  const { f32, i32, u8 } = ledger;
  const { totals } = fleet;
  const byte = slot * BYTES;
  const at = slot * WORDS;
  const known = f32[at + LATENCY];
  const median = totals[MEDIAN];
  const elapsed = now - totals[LAST_OUTCOME];
  if (
    u8[byte + FLAGS] !== LISTED ||
    u8[byte + CIRCUIT] !== CLOSED ||
    u8[byte + LEVEL] !== 0 ||
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
  totals[FLEET_BAD] *= left;
  totals[FLEET_ALL] = totals[FLEET_ALL] * left + 1;
  // Latency, unless the sample was taken at the head (NaN)
  if (latencyMs >= 0) {
    const sample = latencyMs < SHORTEST_MS ? SHORTEST_MS : latencyMs > LONGEST_MS ? LONGEST_MS : latencyMs;
    const idle = (now - i32[at + LATENCY_AT]) | 0;
    let weight = tuning.latencyWeight;
    if (idle > weight * tuning.latencyMs) {
      const x = idle * tuning.latencyRate;
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
  f32[at + BAD] *= faded;
  f32[at + ALL] = f32[at + ALL] * faded + 1;
  f32[at + FLEET_TIME] = clock;
  const next = fleet.ringNext;
  fleet.ring[next] = 2 * slot;
  fleet.ringTime[next] = clock;
  fleet.ringNext = (next + 1) & (RING_SIZE - 1);
  u8[byte + RUN] = 0;
  return true;
}
