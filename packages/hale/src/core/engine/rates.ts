// Where learned rates meet the doors: what a grant and a refusal tell them, and when there are any at all. While there are,
// picks go the general way; a service that was never refused has none, and pays with one look at a field.

import { LearnedRate } from '../admission/index.ts';
import type { EngineState } from './state.ts';

/** Who counts by the second asks for one, or for two by rounding; a longer wish is of a longer span, or a closed door. */
export const LONGEST_WISH_MS = 2000;

/** Tells of a request that is being sent to the slot. */
export function noteGranted(state: EngineState, slot: number, now: number): void {
  const { rates } = state;
  if (rates === undefined) return;
  if (rates.isOver(now)) state.setRates(undefined);
  else rates.granted(slot, now);
}

/**
 * Tells of a request that was answered with `overload`; before the slot is paused for it. `wishMs`: its Retry-After. One
 * that was refused on its first request after a pause has shown a closed door and no rate.
 */
export function noteRefused(
  state: EngineState,
  slot: number,
  grantedAt: number,
  wishMs: number | undefined,
  now: number,
): void {
  const { ledger, settings } = state;
  if (settings.rules.overload === 'observe' || (wishMs !== undefined && wishMs > LONGEST_WISH_MS)) return;
  if (state.rates === undefined) state.setRates(new LearnedRate(now));
  // What counts its pauses goes back to 0 at a good answer.
  state.rates!.refused(slot, grantedAt, ledger.pauseStep[slot] === 0, now);
}
