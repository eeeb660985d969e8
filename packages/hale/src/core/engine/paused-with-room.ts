// Whom to ask when all that may be picked have had what they take: one that asked for patience and has room again.
//
// It was paused for a second because it had too much in that second; a window later its count is below what it takes, while
// the ones that are not paused are known to be at theirs, and whoever is sent there is refused and pauses the next. To hold to
// the pause then sends everything to the last that is not paused until its refusal is back, a round trip later. Simulated,
// 8 instances that take 40 a second, at 35 each, round trips of 50, 200 and 600 ms, lost in percent: 4.4, 23 and 40 when the
// pause is kept to the end, .2, .3 and .4 so.
//
// Only within the short pauses that teach a rate (rates.ts), and only where a rate was learned. Where it fails: a limiter
// that punishes whoever comes early. It would have said so by a longer Retry-After, which is kept.

import { BYTES, MODE, PAUSED_UNTIL, READY, SIDE } from '../model/index.ts';
import type { Roster } from '../eligibility/index.ts';
import { isPaused } from '../recovery/index.ts';
import { isHealthy } from './listing.ts';
import { LONGEST_WISH_MS } from './rates.ts';
import type { EngineState } from './state.ts';

/** A wish of 2 s is a pause of up to 2.4 s, by its jitter. */
const LONGEST_PAUSE_MS = 1.2 * LONGEST_WISH_MS;

/** The cheapest of up to `lookAround` of them, or -1. Learned rates must still be regarded by the view. */
export function pausedWithRoom(state: EngineState, { groups }: Roster, now: number): number {
  let best = -1;
  let bestPrice = Infinity;
  let looks = state.tuning.lookAround;
  for (const group of groups) {
    // From a random place, or the first of many would always be the one.
    const start = Math.floor(state.random() * group.othersCount);
    for (let step = 0; step < group.othersCount && looks > 0; step++, looks--) {
      const slot = group.others[(start + step) % group.othersCount];
      if (!mayBeAsked(state, slot, now)) continue;
      const price = state.view.priceOfSlot(slot);
      if (price < bestPrice) {
        best = slot;
        bestPrice = price;
      }
    }
    // A lower tier has its own, and waits until this one has nobody.
    if (best >= 0) return best;
  }
  return best;
}

function mayBeAsked(state: EngineState, slot: number, now: number): boolean {
  const { ledger } = state;
  return (
    state.isClosed(slot) &&
    ledger.u8[slot * BYTES + MODE] === READY &&
    isPaused(ledger, slot, now) &&
    ((ledger.side[slot * SIDE + PAUSED_UNTIL] - now) | 0) <= LONGEST_PAUSE_MS &&
    state.rates?.limitOf(slot) !== undefined &&
    isHealthy(state, slot, now) &&
    state.view.isSlotAvailable(slot)
  );
}
