// A 429, or a 503 with Retry-After, is a matter of capacity: the instance asks for patience, and gets it. It is no failure,
// so it never touches score or circuit; the instance is only not picked until the pause has passed.

import type { Random } from '../kernel/index.ts';
import type { Ledger, Settings } from '../model/index.ts';
import { PAUSED_UNTIL, SIDE } from '../model/index.ts';

/**
 * Pauses a slot. With a wish (`retryAfterMs`) for that long, at most maxRetryAfter, stretched by up to the jitter so that
 * not everyone returns in the same moment; without one for 1 s, doubled per repeat up to 30 s. The later deadline wins.
 * Returns true when it was not paused before.
 */
export function pause(
  ledger: Ledger,
  slot: number,
  now: number,
  retryAfterMs: number | undefined,
  settings: Settings,
  random: Random,
): boolean {
  const wasPaused = isPaused(ledger, slot, now);
  // Answers that arrive during a pause were asked for before it: they are the same event and double nothing.
  const step = wasPaused ? ledger.pauseStep[slot] - 1 : ledger.pauseStep[slot];
  // A wish of NaN or below zero is no wish.
  const wish = retryAfterMs !== undefined && retryAfterMs >= 0 ? retryAfterMs : Math.min(30_000, 1000 * 2 ** step);
  const until = (now + Math.round(Math.min(settings.maxRetryAfter, wish * (1 + settings.jitter * random())))) | 0;
  if (!wasPaused || ((until - ledger.side[slot * SIDE + PAUSED_UNTIL]) | 0) > 0)
    ledger.side[slot * SIDE + PAUSED_UNTIL] = until;
  ledger.pauseStep[slot] = Math.min(200, step + 1);
  return !wasPaused;
}

/** Is the slot paused at `now`? */
export function isPaused(ledger: Ledger, slot: number, now: number): boolean {
  return ledger.pauseStep[slot] > 0 && ((now - ledger.side[slot * SIDE + PAUSED_UNTIL]) | 0) < 0;
}

/** A good outcome: the next pause without a wish begins at 1 s again. One that arrives during a pause ends nothing. */
export function forgetPause(ledger: Ledger, slot: number, now: number): void {
  if (ledger.pauseStep[slot] > 0 && !isPaused(ledger, slot, now)) ledger.pauseStep[slot] = 0;
}
