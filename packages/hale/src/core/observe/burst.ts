// Fifty requests on one lost connection fail together. That is one event, and must count as one: counted singly it would
// open a circuit that one more second would have proven sound.
//
// The rule: a failure whose request was granted *before* the last counted failure of this instance, and follows it within
// burstMs, belongs to that event. Five failures that each began after the one before are five events, however fast.
//
// "Before" is decided by the service's pick counter, not by time: a whole burst may happen inside one millisecond.

import type { Ledger, Tuning } from '../model/index.ts';
import { BURST_AT, RUN, WORDS, BYTES } from '../model/index.ts';

/** Does this failure belong to the last counted one? `pickNumber` is that of its lease. */
export function isSameBurst(ledger: Ledger, slot: number, pickNumber: number, now: number, tuning: Tuning): boolean {
  return ((pickNumber - ledger.burstPick[slot]) | 0) <= 0 && isRecent(ledger, slot, now, tuning);
}

/** The same for a record without a lease whose caller says when it began. */
export function isSameBurstByTime(
  ledger: Ledger,
  slot: number,
  startedAt: number,
  now: number,
  tuning: Tuning,
): boolean {
  return ((startedAt - ledger.i32[slot * WORDS + BURST_AT]) | 0) < 0 && isRecent(ledger, slot, now, tuning);
}

/** Was a failure that others tell of seen in the same moment as the last counted one, or just before it? */
export function isSameMoment(ledger: Ledger, slot: number, happenedAt: number, tuning: Tuning): boolean {
  const before = (ledger.i32[slot * WORDS + BURST_AT] - happenedAt) | 0;
  return ledger.burstPick[slot] !== 0 && before >= 0 && before < tuning.burstMs;
}

/** Remembers a counted failure: every lease granted so far was granted before it. */
export function noteCountedFailure(ledger: Ledger, slot: number, pickCounter: number, now: number): void {
  const at = slot * WORDS + BURST_AT;
  // What others tell of may be older than the last one counted here.
  if (ledger.burstPick[slot] === 0 || ((now - ledger.i32[at]) | 0) > 0) ledger.i32[at] = now;
  // 0 means that nothing was counted yet; a counter that has wrapped to 0, or has never moved, is taken for the one before.
  ledger.burstPick[slot] = pickCounter === 0 ? -1 : pickCounter;
  const run = slot * BYTES + RUN;
  if (ledger.u8[run] < 255) ledger.u8[run]++;
}

function isRecent(ledger: Ledger, slot: number, now: number, tuning: Tuning): boolean {
  const age = (now - ledger.i32[slot * WORDS + BURST_AT]) | 0;
  return ledger.burstPick[slot] !== 0 && age >= 0 && age < tuning.burstMs;
}
