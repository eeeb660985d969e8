// Half-open: one real request at a time is let through, everyone else is answered as if the circuit were open. Callers that
// queue behind a trial without bound are how cockatiel lets 1000 of 1000 through at once.

import type { Ledger } from '../model/index.ts';
import { BYTES, FLAGS, LOOSE_TRIAL, TRIALS, TRIAL_AT, WORDS } from '../model/index.ts';

/** Is the one trial place taken? */
export function isTrialOut(ledger: Ledger, slot: number): boolean {
  return (ledger.u8[slot * BYTES + TRIALS] & 15) > 0;
}

/** Takes the place. `loose`: granted without a lease, settled by the next record. */
export function takeTrialPlace(ledger: Ledger, slot: number, now: number, loose: boolean): void {
  ledger.u8[slot * BYTES + TRIALS]++;
  ledger.i32[slot * WORDS + TRIAL_AT] = now;
  if (loose) ledger.u8[slot * BYTES + FLAGS] |= LOOSE_TRIAL;
}

/** Gives the place back. */
export function returnTrialPlace(ledger: Ledger, slot: number): void {
  if (isTrialOut(ledger, slot)) ledger.u8[slot * BYTES + TRIALS]--;
  ledger.u8[slot * BYTES + FLAGS] &= ~LOOSE_TRIAL;
}

/** Has the trial that is out gone unanswered for longer than `trialTimeout`? */
export function isTrialExpired(ledger: Ledger, slot: number, now: number, trialTimeout: number): boolean {
  return isTrialOut(ledger, slot) && ((now - ledger.i32[slot * WORDS + TRIAL_AT]) | 0) > trialTimeout;
}

/** Counts a good trial; true when they are enough: s/(s+1) >= recoveryThreshold, or the counter's end at 15. */
export function passTrial(ledger: Ledger, slot: number, recoveryThreshold: number): boolean {
  const at = slot * BYTES + TRIALS;
  const good = Math.min(15, (ledger.u8[at] >> 4) + 1);
  ledger.u8[at] = (good << 4) | (ledger.u8[at] & 15);
  return good >= trialsNeeded(recoveryThreshold);
}

/** Good trials that restore: 4 for .8, 9 for .9, never more than 15. */
export function trialsNeeded(recoveryThreshold: number): number {
  // s/(s+1) >= h  <=>  s >= h/(1-h); the slack is for .8/.2 = 4.000000000000001.
  return Math.min(15, Math.max(1, Math.ceil(recoveryThreshold / (1 - recoveryThreshold) - 1e-9)));
}
