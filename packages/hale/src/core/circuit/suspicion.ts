// The trip: a one-sided sequential test (Page's CUSUM, 1954) of one instance against its fleet.
//
// Each bad outcome adds the log-likelihood ratio of "it fails delta more often than the others" against "it fails like the
// others"; each good one takes a little away; at zero the sum rests. Five in a row trip a clean fleet. Where everybody
// fails at 30 %, a failure weighs a twelfth, and sixty in a row are needed.
//
// S is kept in units of one clean failure, so that T = circuitBreakThreshold failures in a row add exactly T.

import type { Ledger, Tuning } from '../model/index.ts';
import { BYTES, RUN, SUSPICION, SUSPICION_SLACK, WORDS } from '../model/index.ts';

/** What one failure adds when the rest of the fleet fails at `baseline` ([0,1]). */
export function failureWeight(baseline: number, tuning: Tuning): number {
  // Doubling a small baseline keeps noise at 1 % from ever tripping: with max(floor, r) alone there was one false trip
  // per 1.8 million outcomes.
  const expected = Math.min(0.95, Math.max(tuning.floor, baseline + Math.min(baseline, tuning.floor)));
  return Math.log(1 + (tuning.delta * (1 - expected)) / expected) / tuning.cleanFailure;
}

/** Adds to the suspicion of a slot. */
export function suspect(ledger: Ledger, slot: number, amount: number): void {
  ledger.f32[slot * WORDS + SUSPICION] += amount;
}

/**
 * Takes one good outcome (or `amount` of one) off the suspicion. It eats traffic's part first: what is left may all be the
 * checks', which a passing check takes back.
 */
export function exonerate(ledger: Ledger, slot: number, tuning: Tuning, amount = 1): void {
  const at = slot * WORDS + SUSPICION;
  const left = ledger.f32[at] + amount * tuning.goodOutcome;
  ledger.f32[at] = left > 0 ? left : 0;
  if (ledger.checkSuspicion[slot] > ledger.f32[at]) ledger.checkSuspicion[slot] = ledger.f32[at];
}

/** Has the test, or a run of failures, found the slot guilty? */
export function verdict(
  ledger: Ledger,
  slot: number,
  threshold: number,
  runLimit: number,
): 'none' | 'suspicion' | 'run' {
  // In the preset `specification` both are reached by the same failure; the run is then the plainer reason.
  if (ledger.u8[slot * BYTES + RUN] >= runLimit) return 'run';
  return ledger.f32[slot * WORDS + SUSPICION] >= threshold - SUSPICION_SLACK ? 'suspicion' : 'none';
}

/** Failures in a row that open whatever the fleet does; the counter saturates at 255. */
export function runLimit(threshold: number, runFactor: number): number {
  return Math.min(255, Math.max(1, Math.round(threshold * runFactor)));
}
