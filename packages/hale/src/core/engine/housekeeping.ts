// What must happen at long intervals, without a timer: the first door after it falls due does it.
//
// - An absent instance is forgotten after forgetAfter.
// - Times are 32-bit milliseconds, compared by difference, which is right for 24 days. So after 10 days older times are
//   moved up to 10 days ago; and if more than 20 have passed without any door, all that was awaited has come.

import { BURST_AT, LATENCY_AT, PROGRESS_AT, REFUSE_UNTIL, SAFE_AT, WORDS, PAUSED_UNTIL, SIDE } from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import { DUE_AT, SWEPT_AT } from './counters.ts';
import { forget } from './membership.ts';
import type { EngineState } from './state.ts';

const DAY = 86_400_000;
const SWEEP_AFTER = 10 * DAY;
const TIME_COLUMNS = [LATENCY_AT, PROGRESS_AT, BURST_AT, REFUSE_UNTIL, SAFE_AT];

/** Does what is due at `now` and sets the next time. */
export function keepHouse(state: EngineState, now: number): void {
  const elapsed = now - state.times[SWEPT_AT];
  // A clock that went back makes every difference negative: the sweep begins anew from here.
  if (elapsed < 0 || elapsed >= SWEEP_AFTER) {
    if (elapsed > 0) sweepTimes(state, now, elapsed > 2 * SWEEP_AFTER);
    state.times[SWEPT_AT] = now;
  }
  let nextForget = Infinity;
  for (const slot of state.slots.values()) {
    if (!isParked(state.ledger, slot)) continue;
    const due = state.records[slot].parkedAt + state.settings.forgetAfter;
    if (now >= due) forget(state, slot, now);
    else nextForget = Math.min(nextForget, due);
  }
  state.times[DUE_AT] = Math.min(state.times[SWEPT_AT] + SWEEP_AFTER, nextForget);
}

function sweepTimes(state: EngineState, now: number, isAllExpired: boolean): void {
  const { ledger } = state;
  const oldest = now - SWEEP_AFTER;
  for (let slot = 0; slot < ledger.used; slot++) {
    for (const column of TIME_COLUMNS)
      ledger.i32[slot * WORDS + column] = swept(ledger.i32[slot * WORDS + column], now, oldest, isAllExpired);
    ledger.side[slot * SIDE + PAUSED_UNTIL] = swept(ledger.side[slot * SIDE + PAUSED_UNTIL], now, oldest, isAllExpired);
  }
}

function swept(time: number, now: number, oldest: number, isAllExpired: boolean): number {
  return isAllExpired || ((now - time) | 0) > SWEEP_AFTER ? oldest | 0 : time;
}
