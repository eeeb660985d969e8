// Which list a slot belongs in: the one question that the dense list answers for every pick.

import { isInList } from '../eligibility/index.ts';
import type { NewFact } from '../model/index.ts';
import type { EngineState } from './state.ts';
import { BYTES, FLAGS, FORCED, HALF_OPEN, MODE, OPEN, READY } from '../model/index.ts';
import { blindTrialAt, isPaused, isSafeToTry } from '../recovery/index.ts';
import { scoreOf } from '../score/index.ts';
import { OUT } from './counters.ts';
import { THRESHOLD_RULE, tellObserved } from './observed-rules.ts';

/** Scores are sums of Float32: this close below the threshold counts as at it. */
const SCORE_SLACK = 1e-6;

/** May the slot be picked without a further question: closed, healthy, ready, not paused? */
export function belongsInList(state: EngineState, slot: number, now: number): boolean {
  const { ledger } = state;
  if (ledger.u8[slot * BYTES + MODE] !== READY || !state.isClosed(slot) || isPaused(ledger, slot, now)) return false;
  return isForced(state, slot) || isHealthy(state, slot, now) || state.settings.rules.threshold === 'observe';
}

export function isHealthy(state: EngineState, slot: number, now: number): boolean {
  return (
    scoreOf(state.ledger, state.fleet, slot, now, state.settings, state.tuning) >=
    state.settings.healthThreshold - SCORE_SLACK
  );
}

export function isForced(state: EngineState, slot: number): boolean {
  return (state.ledger.u8[slot * BYTES + FLAGS] & FORCED) !== 0;
}

/** Puts the slot where it belongs. True when it has moved. One that its score had taken out is told to be back. */
export function relist(state: EngineState, slot: number, now: number): boolean {
  const isListed = belongsInList(state, slot, now);
  if (!state.roster.list(state.ledger, slot, isListed)) return false;
  if (isListed && state.records[slot].isEjected) {
    state.records[slot].isEjected = false;
    tellThreshold(state, slot, 'admitted', now, true);
  }
  return true;
}

/** The same after evidence has moved: when it was the score that took it out, that is told. */
export function relistByScore(state: EngineState, slot: number, now: number): void {
  const isEnforced = state.settings.rules.threshold === 'enforce';
  const wasListed = isInList(state.ledger, slot);
  relist(state, slot, now);
  if (!wasListed || isForced(state, slot) || isHealthy(state, slot, now)) return;
  if (isEnforced) {
    state.records[slot].isEjected = true;
    tellThreshold(state, slot, 'ejected', now, true);
  } else {
    tellObserved(state, slot, THRESHOLD_RULE, thresholdFact(state, slot, 'ejected', now, false), now);
  }
}

/**
 * May the slot be picked now, trial or not? Half-open counts even while its one place is taken, so that a service of one,
 * or a minimum of all, can recover in `refuse` mode.
 */
export function isEligible(state: EngineState, slot: number, now: number, replayable: boolean): boolean {
  const { ledger } = state;
  if (ledger.u8[slot * BYTES + MODE] !== READY || isPaused(ledger, slot, now)) return false;
  if (state.isClosed(slot)) return belongsInList(state, slot, now);
  return isDue(state, slot, now, replayable);
}

/** Is a circuit that is not closed due for a trial by such a request? Ready and not paused are asked elsewhere. */
export function isDue(state: EngineState, slot: number, now: number, replayable: boolean): boolean {
  const circuit = state.view.circuit(slot);
  if (circuit === HALF_OPEN) return true;
  if (circuit !== OPEN || isForced(state, slot)) return false;
  return ((now - trialDueAt(state, slot)) | 0) >= 0 || (replayable && isSafeToTry(state.ledger, slot, now));
}

/** When any request may be a trial of an open circuit, in 32-bit milliseconds. */
export function trialDueAt(state: EngineState, slot: number): number {
  return blindTrialAt(state.ledger, slot, heedsChecks(state), state.settings, state.tuning);
}

/** Failing checks delay blind trials only while most of the service stands. */
export function heedsChecks(state: EngineState): boolean {
  return state.counts[OUT] * 2 <= state.instances;
}

function tellThreshold(
  state: EngineState,
  slot: number,
  type: 'ejected' | 'admitted',
  now: number,
  enforced: boolean,
): void {
  state.facts.add(state.name, now, thresholdFact(state, slot, type, now, enforced));
}

function thresholdFact(
  state: EngineState,
  slot: number,
  type: 'ejected' | 'admitted',
  now: number,
  enforced: boolean,
): NewFact {
  const score = scoreOf(state.ledger, state.fleet, slot, now, state.settings, state.tuning);
  const [from, to] = type === 'ejected' ? (['eligible', 'ejected'] as const) : (['ejected', 'eligible'] as const);
  return { type, instance: state.records[slot].id, from, to, score, reason: 'threshold', enforced };
}
