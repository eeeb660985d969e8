// Outcomes that come without a lease: a caller's recordSuccess and recordError, and the owner's report. Each counts by
// itself, even five in one tick: that is what the specification says, and what a user's first test does.

import { isTrialOut, returnTrialPlace } from '../circuit/index.ts';
import type { OutcomeSource } from '../model/index.ts';
import {
  BYTES,
  FLAGS,
  HALF_OPEN,
  LOOSE_TRIAL,
  OVERLOAD,
  describe,
  SERIES,
  SIDE,
  TRIAL_AT,
  WORDS,
} from '../model/index.ts';
import { isParked } from '../eligibility/index.ts';
import { isSameBurstByTime } from '../observe/index.ts';
import { CAUSE_PLACE, SUCCESS_PLACE } from './instruments.ts';
import { noteRefused } from './rates.ts';
import { failed, failedOutside, good, overload } from './settle.ts';
import type { EngineState } from './state.ts';
import { tapNamed } from './tap.ts';
import { RECORDED_ON_OPEN, UNKNOWN } from './counters.ts';

export interface Recorded {
  readonly isGood: boolean;
  /** Number of the cause when bad. */
  readonly cause: number;
  readonly latencyMs: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** When it began, on the engine's clock; undefined when the caller cannot say. */
  readonly startedAt: number | undefined;
  readonly source: OutcomeSource;
}

/** Takes a record of a known instance. An unknown id, or a circuit that is open, is counted and ignored. */
export function record(state: EngineState, id: string, recorded: Recorded, now: number): void {
  if (state.onOutcome !== undefined) {
    const kind = recorded.isGood ? 'success' : 'failure';
    tapNamed(state, id, kind, recorded.cause, recorded.latencyMs, recorded.source, now);
  }
  const slot = knownSlot(state, id, 'a record', now);
  if (slot < 0) return;
  take(state, slot, recorded, now);
  if (state.facts.hasNews) state.facts.tell();
}

/** A check was asked for patience: a pause, and nothing besides. It was no request, and settles no trial. */
export function pauseByCheck(state: EngineState, id: string, retryAfterMs: number | undefined, now: number): void {
  const slot = knownSlot(state, id, 'a check', now);
  if (slot < 0) return;
  overload(state, slot, retryAfterMs, now);
  if (state.facts.hasNews) state.facts.tell();
}

function knownSlot(state: EngineState, id: string, what: string, now: number): number {
  state.enter(now);
  const slot = state.slots.get(id);
  if (slot !== undefined && !isParked(state.ledger, slot)) return slot;
  state.noteIgnored(UNKNOWN, `${what} of an unknown instance ${describe(id)}`);
  return -1;
}

function take(state: EngineState, slot: number, recorded: Recorded, now: number): void {
  const { isGood, cause, latencyMs, retryAfterMs, startedAt } = recorded;
  state.instruments.settled(state.ledger.side[slot * SIDE + SERIES], isGood ? SUCCESS_PLACE : CAUSE_PLACE + cause);
  if (!isGood && cause === OVERLOAD) {
    if (settlesTrial(state, slot, recorded, now)) returnTrialPlace(state.ledger, slot);
    // An owner's word is no answer to a request.
    if (recorded.source === 'traffic') noteRefused(state, slot, startedAt ?? now - (latencyMs ?? 0), retryAfterMs, now);
    overload(state, slot, retryAfterMs, now);
    return;
  }
  if (!state.isClosed(slot)) {
    if (!settlesTrial(state, slot, recorded, now)) {
      state.noteIgnored(
        RECORDED_ON_OPEN,
        `a record of ${JSON.stringify(state.records[slot].id)}, whose circuit is not closed`,
      );
      return;
    }
    returnTrialPlace(state.ledger, slot);
    if (isGood) good(state, slot, true, latencyMs ?? NaN, now);
    else failedOutside(state, slot, true, latencyMs ?? 0, cause, now);
    return;
  }
  if (isGood) good(state, slot, false, latencyMs ?? NaN, now);
  else if (startedAt === undefined || !isSameBurstByTime(state.ledger, slot, startedAt, now, state.tuning))
    failed(state, slot, cause, latencyMs ?? 0, now);
}

// A trial that selectInstance granted is settled by the first record that began after it; a record that says neither when
// it began nor how long it took is taken at its word. Where too few refuse, nobody was admitted between the trip and the
// trial, so a straggler began at least a window, or two checks, before it: the slack lets none in, and spares those whose
// clock stands still (a test) or whose latency was measured a little differently. In panic mode somebody was admitted
// until a moment ago, and a caller who names the start needs no mercy: there only the rounding of a millisecond is spared.
function settlesTrial(state: EngineState, slot: number, { startedAt, latencyMs }: Recorded, now: number): boolean {
  const { ledger, view, settings } = state;
  if (view.circuit(slot) !== HALF_OPEN || !isTrialOut(ledger, slot)) return false;
  if ((ledger.u8[slot * BYTES + FLAGS] & LOOSE_TRIAL) === 0) return false;
  const beganAt = startedAt ?? now - (latencyMs !== undefined && latencyMs >= 0 ? latencyMs : 0);
  const isExact = startedAt !== undefined || settings.whenTooFewHealthy === 'panic';
  const slackMs = isExact ? 1 : Math.max(1, Math.min(1000, settings.recoveryWindow / 2));
  return ((beganAt + slackMs - ledger.i32[slot * WORDS + TRIAL_AT]) | 0) >= 0;
}
