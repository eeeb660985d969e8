// How long an open circuit refuses.
//
// Two deadlines. `refuseUntil`: any request may be a trial then; it doubles with each relapse up to four windows, and is
// jittered upward only, so that "at least the recovery window" holds. `safeAt`: a request that can be sent again may try
// earlier, since its failure costs a retry and nobody's answer.
//
// What that retry costs depends on how many others there are. At 300 requests a second an early trial each second is a third of
// a percent of repetitions, and an instance that healed is back at once; at 5 a second it would be a fifth. So the doubling
// ends where one in `safePicks` requests is a trial, between safeFirstMs and safeLongestMs. With 8 s whatever the load, a
// healed instance waited 4 s on the mean, which was most of what hale lost beside the oracle.

import type { Random } from '../kernel/index.ts';
import type { Ledger, Settings, Tuning } from '../model/index.ts';
import { BYTES, FLAGS, LAST_CHECK_FAILED, LEVEL, REFUSE_UNTIL, SAFE_AT, WORDS } from '../model/index.ts';

/**
 * Sets both deadlines for a circuit that opens at `now`, and raises its level. `latencyMs` is that of the failure, 0 if
 * unknown; `msPerPick` how often the service is picked from, for each instance that is out, NaN if unknown.
 */
export function setBackoff(
  ledger: Ledger,
  slot: number,
  now: number,
  latencyMs: number,
  msPerPick: number,
  settings: Settings,
  tuning: Tuning,
  random: Random,
): void {
  const at = slot * WORDS;
  const level = ledger.u8[slot * BYTES + LEVEL];
  const growth = 2 ** level;
  const longest =
    settings.maxRecoveryWindow > 0
      ? Math.max(settings.maxRecoveryWindow, settings.recoveryWindow)
      : 4 * settings.recoveryWindow;
  const window = Math.min(longest, settings.recoveryWindow * growth) * (1 + settings.jitter * random());
  // A time-out of 2.5 s means that the next trial may cost 2.5 s too: wait fifty times as long, or for a check.
  // A latency that is no time is an unknown one: NaN would make the trial due at once.
  const slow = latencyMs > 0 ? tuning.safeLatencies * latencyMs : 0;
  // Written so that NaN is the longest.
  const cheap = tuning.safePicks * msPerPick;
  const longestSafe = cheap < tuning.safeLongestMs ? Math.max(tuning.safeFirstMs, cheap) : tuning.safeLongestMs;
  const patience = Math.max(slow, Math.min(longestSafe, tuning.safeFirstMs * growth));
  const safe = patience * (1 + settings.jitter * (2 * random() - 1));
  ledger.i32[at + REFUSE_UNTIL] = now + Math.round(Math.min(LONGEST_MS, window));
  // At least a millisecond, and rounded up: with full jitter the earliest trial must still come after the trip.
  ledger.i32[at + SAFE_AT] = Math.ceil(now + Math.min(LONGEST_MS, Math.max(1, safe)));
  if (level < 255) ledger.u8[slot * BYTES + LEVEL] = level + 1;
}

/**
 * May any request be a trial now? While its last check failed, and most of the service still stands, blind trials wait
 * four windows more: one POST would be lost per window. Not for ever, since an endpoint may lie; and not at all when most
 * of the service is out, where a trial is the only way to learn that the fault has ended.
 */
export function isWindowPassed(
  ledger: Ledger,
  slot: number,
  now: number,
  heedChecks: boolean,
  settings: Settings,
  tuning: Tuning,
): boolean {
  return ((now - blindTrialAt(ledger, slot, heedChecks, settings, tuning)) | 0) >= 0;
}

/** When a blind trial is due, in 32-bit milliseconds. */
export function blindTrialAt(
  ledger: Ledger,
  slot: number,
  heedChecks: boolean,
  settings: Settings,
  tuning: Tuning,
): number {
  const heeds = heedChecks && (ledger.u8[slot * BYTES + FLAGS] & LAST_CHECK_FAILED) !== 0;
  const wait = heeds ? Math.min(LONGEST_HEED_MS, tuning.heedWindows * settings.recoveryWindow) : 0;
  return (ledger.i32[slot * WORDS + REFUSE_UNTIL] + wait) | 0;
}

/** May a request that can be sent again be a trial now? */
export function isSafeToTry(ledger: Ledger, slot: number, now: number): boolean {
  return ((now - ledger.i32[slot * WORDS + SAFE_AT]) | 0) >= 0;
}

// Differences of 32-bit milliseconds are right for 24 days. A deadline is at most 19 ahead, and a failing check may move it
// by 5 more; without these bounds the longest windows would be read as passed long ago, and a broken instance tried at once.
const LONGEST_MS = 19 * 86_400_000;
const LONGEST_HEED_MS = 5 * 86_400_000;
