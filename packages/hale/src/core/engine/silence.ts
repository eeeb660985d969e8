// Whose silence it is. A request that does not come back is evidence before any time-out fires: the price counts the time
// since the last progress while something is in flight. But only an answer that is *awaited* can be late: a stream whose head
// has come, or an upload that its client is still sending, says nothing by lasting. Priced by their age, one long stream
// would take its instance out of traffic for as long as it runs.
//
// So the cost of what is in flight and not awaited is counted beside (QUIET). While all of it is, PROGRESS_AT stands far
// ahead, where it can be no silence; the pick reads no more than it always did.

import { GENERATION, IN_FLIGHT, PROGRESS_AT, QUIET, SIDE, WORDS } from '../model/index.ts';
import type { Lease } from './lease.ts';
import type { EngineState } from './state.ts';

/** Twelve days: no silence until then, and well within 32 bits. */
const AHEAD_MS = 2 ** 30;

/** Nothing is awaited of this lease from now on. Counted once; a lease of another tenant touches nothing. */
export function quiet(state: EngineState, lease: Lease, now: number): void {
  const { side } = state.ledger;
  if (lease.isQuiet || lease.isSettled || side[lease.slot * SIDE + GENERATION] !== lease.generation) return;
  lease.isQuiet = true;
  side[lease.slot * SIDE + QUIET] += lease.cost;
  noteProgress(state, lease.slot, now);
}

/** Something has moved: silence begins anew, or is none when nothing is awaited. */
export function noteProgress({ ledger }: EngineState, slot: number, now: number): void {
  const quietCost = ledger.side[slot * SIDE + QUIET];
  const isNothingAwaited = quietCost > 0 && quietCost >= ledger.i32[slot * WORDS + IN_FLIGHT];
  ledger.i32[slot * WORDS + PROGRESS_AT] = isNothingAwaited ? now + AHEAD_MS : now;
}

/** A settled lease is no longer among the quiet. */
export function forgetQuiet({ ledger }: EngineState, lease: Lease): void {
  if (!lease.isQuiet) return;
  const at = lease.slot * SIDE + QUIET;
  ledger.side[at] = Math.max(0, ledger.side[at] - lease.cost);
}
