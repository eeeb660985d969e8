// Enacting a move of a circuit: the table says where it goes, this file does what goes with it and states the fact.

import type { Mercy } from '../eligibility/index.ts';
import { isParked, mercyFor } from '../eligibility/index.ts';
import type { Circuit, Reason } from '../model/index.ts';
import {
  BURST_AT,
  BYTES,
  CHECKS_FAILED,
  CIRCUIT,
  CIRCUITS,
  CLOSED,
  FLAGS,
  OPEN,
  SPARED,
  SUSPICION,
  WORDS,
} from '../model/index.ts';
import { clearEvidence, restoreEvidence, withdrawEvidence } from '../observe/index.ts';
import { beginSlowStart, setBackoff, setTrust } from '../recovery/index.ts';
import type { CircuitEvent } from '../circuit/index.ts';
import { moveCircuit } from '../circuit/index.ts';
import { isForced, relist } from './listing.ts';
import { CHECKS_RULE, SUSPICION_RULE, tellObservedTrip } from './observed-rules.ts';
import type { EngineState } from './state.ts';
import { OUT, PICK_COUNTER, RESTORES } from './counters.ts';

/** Moves a circuit and all that hangs on it. `latencyMs` is that of the failure that moved it, 0 when there is none. */
export function transition(
  state: EngineState,
  slot: number,
  event: CircuitEvent,
  reason: Reason,
  now: number,
  latencyMs = 0,
): void {
  const { ledger, fleet, settings, tuning } = state;
  const from = ledger.u8[slot * BYTES + CIRCUIT];
  if (from === CLOSED) withdrawEvidence(ledger, fleet, slot);
  const to = moveCircuit(ledger, slot, event);
  if (to < 0) {
    if (from === CLOSED) restoreEvidence(ledger, fleet, slot);
    return;
  }
  if (!isParked(ledger, slot)) state.counts[OUT] += Number(to !== CLOSED) - Number(from !== CLOSED);
  if (to === OPEN && event !== 'forced-open') {
    setBackoff(ledger, slot, now, latencyMs, msPerPick(state, slot, now), settings, tuning, state.random);
  }
  if (to === CLOSED) {
    clearEvidence(ledger, fleet, slot);
    ledger.u8[slot * BYTES + FLAGS] &= ~CHECKS_FAILED;
    ledger.checkSuspicion[slot] = 0;
    // A restored instance keeps half of the suspicion: three errors suffice until about 57 good outcomes have passed.
    ledger.f32[slot * WORDS + SUSPICION] = event === 'trials-passed' ? settings.circuitBreakThreshold / 2 : 0;
    if (event === 'trials-passed')
      beginSlowStart(ledger, slot, now, tuning.restoredTrust, state.largestWeightOf(slot), settings);
    else setTrust(ledger, slot, now, 1, state.largestWeightOf(slot));
  }
  state.forecast?.reset(slot, now);
  const record = state.records[slot];
  record.changedAt = Math.floor(now);
  record.reason = reason;
  record.forecasts = 0;
  // From here on the circuit tells the story.
  record.isEjected = false;
  relist(state, slot, now);
  tell(state, slot, event, from, to, reason, now);
}

// Since the failure that opened it, or NaN when that was just now. Times the instances that are out: each has trials.
function msPerPick({ ledger, counts }: EngineState, slot: number, now: number): number {
  const picks = (counts[PICK_COUNTER] - ledger.burstPick[slot]) | 0;
  const ms = (now - ledger.i32[slot * WORDS + BURST_AT]) | 0;
  return picks > 0 && ms > 0 && ledger.burstPick[slot] !== 0 ? (ms / picks) * Math.max(1, counts[OUT]) : NaN;
}

/** A rule has found the slot guilty. Enacts it, spares it, or only reports it, by the written rules. */
export function trip(
  state: EngineState,
  slot: number,
  reason: 'suspicion' | 'run' | 'checks',
  isCertain: boolean,
  now: number,
  latencyMs: number,
): void {
  const { ledger, settings } = state;
  if (isForced(state, slot)) return holdBack(state, slot);
  if (settings.rules[reason] === 'observe') {
    tellObservedTrip(state, slot, reason === 'suspicion' ? SUSPICION_RULE : CHECKS_RULE, reason, now);
    return holdBack(state, slot);
  }
  const mercy = mercyFor({
    instances: state.instances,
    out: state.counts[OUT],
    cap: settings.ejectionCap,
    panics: settings.whenTooFewHealthy === 'panic',
    isCertain,
    isComparison: reason === 'suspicion',
  });
  if (mercy !== undefined) {
    tellSpared(state, slot, mercy, now);
    return holdBack(state, slot);
  }
  ledger.f32[slot * WORDS + SUSPICION] = settings.circuitBreakThreshold;
  transition(state, slot, 'suspected', reason, now, latencyMs);
}

// A guilty slot that stays in: one more failure brings it before the rule again; the price alone shuns it meanwhile.
function holdBack(state: EngineState, slot: number): void {
  const at = slot * WORDS + SUSPICION;
  state.ledger.f32[at] = Math.min(state.ledger.f32[at], Math.max(0, state.settings.circuitBreakThreshold - 1));
}

function tellSpared(state: EngineState, slot: number, mercy: NonNullable<Mercy>, now: number): void {
  const at = slot * BYTES + FLAGS;
  if ((state.ledger.u8[at] & SPARED) !== 0) return;
  state.ledger.u8[at] |= SPARED;
  const instance = state.records[slot].id;
  state.facts.add(state.name, now, { type: 'spared', instance, from: 'closed', to: 'closed', reason: mercy });
}

function tell(
  state: EngineState,
  slot: number,
  event: CircuitEvent,
  from: number,
  to: number,
  reason: Reason,
  now: number,
): void {
  const instance = state.records[slot].id;
  const moved: { from: Circuit; to: Circuit } = { from: CIRCUITS[from], to: CIRCUITS[to] };
  if (reason === 'override') {
    state.facts.add(state.name, now, { type: 'overridden', instance, ...moved, reason: 'override' });
    return;
  }
  const type = event === 'suspected' ? 'tripped' : to === OPEN ? 'relapsed' : to === CLOSED ? 'restored' : 'tried';
  if (type === 'tripped' || type === 'relapsed') state.instruments.tripped(reason);
  if (type === 'restored') state.counters[RESTORES]++;
  state.facts.add(state.name, now, { type, instance, ...moved, reason, enforced: true });
}
