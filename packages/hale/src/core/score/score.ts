// Evidence -> score in [0,1]: what failures say of an instance, compared with what they say of its fleet.
//
//   score = min(1 - e, 1 - (1 - healthThreshold) x min(1, S / T))
//
// e, the excess: 0 = like the others, 1 = always fails while they do not. The second term falls with each failure in a row
// and meets healthThreshold exactly at the trip. On a cold instance the specification's five errors read .83, .71, .625,
// .556, .5. Latency is not in it: filtering by slowness lost .2 points in the simulation; the price handles it.

import { fade } from '../kernel/index.ts';
import type { Fleet, Ledger, Settings, Tuning } from '../model/index.ts';
import {
  ALL,
  BAD,
  BURST_AT,
  BYTES,
  CIRCUIT,
  CLOSED,
  FLEET_TIME,
  OPEN,
  SUSPICION,
  TRIALS,
  WORDS,
  commonRate,
  fleetTime,
  restOfFleet,
} from '../model/index.ts';

/** The score of one instance at `now`. */
export function scoreOf(
  ledger: Ledger,
  fleet: Fleet,
  slot: number,
  now: number,
  settings: Settings,
  tuning: Tuning,
): number {
  const circuit = ledger.u8[slot * BYTES + CIRCUIT];
  if (circuit === OPEN) return 0;
  if (circuit !== CLOSED) {
    const good = ledger.u8[slot * BYTES + TRIALS] >> 4;
    return good / (good + 1);
  }
  return closedScore(
    excessOf(ledger, fleet, slot, now, settings, tuning),
    ledger.f32[slot * WORDS + SUSPICION],
    settings,
  );
}

/** e: failures beyond the baseline, [0,1]. Zero when nearly everybody fails: what everybody shows is nobody's. */
export function excessOf(
  ledger: Ledger,
  fleet: Fleet,
  slot: number,
  now: number,
  settings: Settings,
  tuning: Tuning,
): number {
  const adaptive = settings.adaptiveThreshold;
  if (adaptive && commonRate(fleet, now, tuning) > tuning.commonFault) return 0;
  const at = slot * WORDS;
  const rest = adaptive ? restOfFleet(ledger, fleet, slot, now, tuning) : 0;
  const left = fade(Math.max(0, fleetTime(fleet, now, tuning) - ledger.f32[at + FLEET_TIME]));
  const bad = ledger.f32[at + BAD] * left;
  const all = ledger.f32[at + ALL] * left;
  return Math.min(1, Math.max(0, (bad - all * rest) / ((all + tuning.prior) * (1 - rest))));
}

/**
 * The score of a closed circuit as a strategy should see it: the same, but what is held against the instance fades with
 * the time since its last failure. Suspicion itself does not fade, and an instance that is asked no more can take nothing
 * off it by good outcomes: where nothing is in flight, one that failed or was restored would never be asked again.
 */
export function recentScoreOf(
  ledger: Ledger,
  fleet: Fleet,
  slot: number,
  now: number,
  settings: Settings,
  tuning: Tuning,
): number {
  const at = slot * WORDS;
  const since = (now - ledger.i32[at + BURST_AT]) | 0;
  const left = since > 0 ? fade(since / tuning.evidenceMs) : 1;
  return closedScore(excessOf(ledger, fleet, slot, now, settings, tuning), ledger.f32[at + SUSPICION] * left, settings);
}

// Suspicion alone takes the score down to the health threshold, where the circuit opens, and no further.
function closedScore(excess: number, suspicion: number, settings: Settings): number {
  const share = Math.min(1, suspicion / settings.circuitBreakThreshold);
  return Math.min(1 - excess, 1 - (1 - settings.healthThreshold) * share);
}
