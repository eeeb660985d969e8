// What an active check may do. A check is synthetic: it may accuse, and it may ask for trials, but it never closes a
// circuit by itself, and it never takes back what traffic found. A health endpoint may lie in either direction.

import { suspect } from '../circuit/index.ts';
import { isParked } from '../eligibility/index.ts';
import {
  BYTES,
  CHECK,
  CHECKS_FAILED,
  FLAGS,
  HALF_OPEN,
  LAST_CHECK_FAILED,
  LEVEL,
  OPEN,
  SUSPICION,
  SUSPICION_SLACK,
  WORDS,
  describe,
} from '../model/index.ts';
import { isForced, relistByScore } from './listing.ts';
import { CHECKS_RULE, tellObservedTrip } from './observed-rules.ts';
import type { EngineState } from './state.ts';
import { FAILED_CHECKS, GOOD_CHECKS, UNKNOWN } from './counters.ts';
import { transition, trip } from './transition.ts';

/** Takes the answer of one check of a known instance. */
export function noteCheck(state: EngineState, id: string, passed: boolean, now: number): void {
  state.enter(now);
  const slot = state.slots.get(id);
  if (slot === undefined || isParked(state.ledger, slot)) {
    state.noteIgnored(UNKNOWN, `a check of an unknown instance ${describe(id)}`);
    return;
  }
  if (passed) passedCheck(state, slot, now);
  else failedCheck(state, slot, now);
  if (state.facts.hasNews) state.facts.tell();
}

function passedCheck(state: EngineState, slot: number, now: number): void {
  const { ledger, settings } = state;
  const counts = ledger.riseFall;
  state.counters[GOOD_CHECKS]++;
  const rise = Math.min(15, (counts[slot] & 15) + 1);
  counts[slot] = rise; // and no failed one in a row
  ledger.u8[slot * BYTES + FLAGS] &= ~LAST_CHECK_FAILED;
  const circuit = state.view.circuit(slot);
  if (circuit === OPEN) {
    // Checks that saw nothing of this fault have no say in its end.
    const sawIt = (ledger.u8[slot * BYTES + FLAGS] & CHECKS_FAILED) !== 0;
    if (sawIt && rise >= settings.check.rise && !isForced(state, slot))
      transition(state, slot, 'checks-passed', 'checks', now);
    return;
  }
  if (circuit === HALF_OPEN) return;
  ledger.u8[slot * BYTES + FLAGS] &= ~CHECKS_FAILED;
  // It takes back what checks have added, and no more.
  const at = slot * WORDS + SUSPICION;
  const owed = Math.min(ledger.checkSuspicion[slot], ledger.f32[at]);
  if (owed > 0) ledger.f32[at] -= owed;
  ledger.checkSuspicion[slot] = 0;
  relistByScore(state, slot, now);
}

function failedCheck(state: EngineState, slot: number, now: number): void {
  const { ledger, settings } = state;
  const counts = ledger.riseFall;
  state.counters[FAILED_CHECKS]++;
  const fall = Math.min(15, (counts[slot] >> 4) + 1);
  counts[slot] = fall << 4; // and no good one in a row
  ledger.u8[slot * BYTES + FLAGS] |= LAST_CHECK_FAILED | CHECKS_FAILED;
  const circuit = state.view.circuit(slot);
  if (circuit === OPEN || isForced(state, slot)) return;
  const isEnough = fall >= settings.check.fall;
  if (settings.rules.checks === 'observe') {
    // A dry run moves nothing: no suspicion either, which another rule would act on.
    if (isEnough) tellObservedTrip(state, slot, CHECKS_RULE, 'checks', now);
    return;
  }
  if (circuit === HALF_OPEN) {
    if (isEnough) transition(state, slot, 'checks-failed', 'checks', now);
    return;
  }
  const threshold = settings.circuitBreakThreshold;
  const amount = threshold / settings.check.fall;
  suspect(ledger, slot, amount);
  ledger.checkSuspicion[slot] += amount;
  const at = slot * WORDS + SUSPICION;
  // The half that a restore leaves is traffic's: after one it still takes `fall` failed checks.
  if (!isEnough && ledger.u8[slot * BYTES + LEVEL] > 0) {
    ledger.f32[at] = Math.min(ledger.f32[at], threshold - Math.min(1, threshold / 2));
  }
  if (isEnough || ledger.f32[at] >= threshold - SUSPICION_SLACK) {
    state.records[slot].cause = CHECK;
    // Only `fall` of them are certain. One that comes on top of traffic's suspicion is a comparison like that, under the cap.
    trip(state, slot, isEnough ? 'checks' : 'suspicion', isEnough, now, 0);
  }
  if (state.isClosed(slot)) relistByScore(state, slot, now);
}
