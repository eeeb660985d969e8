// The write half of the loop: outcome -> evidence -> score -> circuit -> recovery -> eligibility.

import { exonerate, passTrial, returnTrialPlace } from '../circuit/index.ts';
import { isInList, isParked } from '../eligibility/index.ts';
import {
  BYTES,
  EPOCH,
  FLAGS,
  GROWING,
  HALF_WORDS,
  IN_FLIGHT,
  LEVEL,
  LISTED,
  MEDIAN,
  LATENCY_RATE,
  OVERLOAD,
  POSITION,
  RUN,
  SUSPICION,
  TIMEOUT,
  WORDS,
  GENERATION,
  PAUSED_UNTIL,
  SERIES,
  SIDE,
} from '../model/index.ts';
import { advanceFleetClock, countEvidence, isSameBurst, noteInRing, noteLatency } from '../observe/index.ts';
import { forgetPause, noteTrust, pause } from '../recovery/index.ts';
import { latencyOf, medianLatency } from '../score/index.ts';
import { describeThrown } from './facts.ts';
import { CAUSE_PLACE, IGNORED_PLACE, SUCCESS_PLACE } from './instruments.ts';
import type { Lease } from './lease.ts';
import { relist, relistByScore } from './listing.ts';
import { sampleForecast } from './forecast-sample.ts';
import { OVERLOAD_RULE, tellObserved } from './observed-rules.ts';
import { noteRefused } from './rates.ts';
import { forgetQuiet, noteProgress, quiet } from './silence.ts';
import type { EngineState } from './state.ts';
import { DOUBLE, STALE, TOTAL_IN_FLIGHT, UNKNOWN, WATCHED_KEYS } from './counters.ts';
import { accuse } from './accuse.ts';
import { isKeysFault, noteKeysGood } from './key-fault.ts';
import { tapLease } from './tap.ts';
import { transition } from './transition.ts';

/** Kinds of end; the lease names them. */
const GOOD = 0;
const BAD_END = 1;
/** Eighteen minutes: what fits a small integer, which needs no heap object, in every build of V8. */
const LONGEST_US = 2 ** 30 - 1;

/** Settles a lease. Never throws; a second settlement, or one of a slot that has another tenant, is counted and ignored. */
export function settle(
  state: EngineState,
  lease: Lease,
  kind: number,
  cause: number,
  latencyMs: number | undefined,
  retryAfterMs: number | undefined,
  now: number,
): void {
  if (lease.isSettled) return state.noteIgnored(DOUBLE, 'a lease was settled twice');
  lease.isSettled = true;
  if (state.onOutcome !== undefined) tapLease(state, lease, kind, cause, latencyMs, now);
  state.enter(now);
  state.counts[TOTAL_IN_FLIGHT] -= lease.cost;
  const { ledger } = state;
  const { slot } = lease;
  if (ledger.side[slot * SIDE + GENERATION] !== lease.generation)
    return state.noteIgnored(UNKNOWN, 'a lease of an instance that was removed');
  const at = slot * WORDS;
  const inFlight = ledger.i32[at + IN_FLIGHT] - lease.cost;
  ledger.i32[at + IN_FLIGHT] = inFlight > 0 ? inFlight : 0;
  forgetQuiet(state, lease);
  noteProgress(state, slot, now);
  const measured = latencyMs ?? now - lease.grantedAt;
  if (state.hasListener) tellStrategy(state, slot, kind === GOOD && measured >= 0 ? measured : 0, now);
  state.instruments.settled(
    ledger.side[slot * SIDE + SERIES],
    kind === GOOD ? SUCCESS_PLACE : kind === BAD_END ? CAUSE_PLACE + cause : IGNORED_PLACE,
  );
  state.instruments.took(now - lease.grantedAt);
  const isExcused = kind === BAD_END && isKeysFault(state, lease, cause, now);
  if (kind === GOOD && state.counts[WATCHED_KEYS] > 0) noteKeysGood(state, lease, now);

  const isStale = ledger.u16[slot * HALF_WORDS + EPOCH] !== lease.epoch;
  if (lease.trial && !isStale) returnTrialPlace(ledger, slot);
  // Its counts have left the totals: what is added now would stay there for ever.
  if (isParked(ledger, slot)) return state.noteIgnored(UNKNOWN, 'a lease of an instance that has left');
  if (isExcused) {
    // The request's own fault: no evidence, as if it had been ignored.
  } else if (kind === GOOD) {
    if (isStale) state.noteIgnored(STALE, 'a lease of an earlier circuit epoch');
    else good(state, slot, lease.trial, lease.sampledUs >= 0 ? NaN : measured, now);
  } else if (kind === BAD_END && cause === OVERLOAD) {
    noteRefused(state, slot, lease.grantedAt, retryAfterMs, now);
    overload(state, slot, retryAfterMs, now);
  } else if (kind === BAD_END) {
    if (isStale) state.noteIgnored(STALE, 'a lease of an earlier circuit epoch');
    else if (lease.trial || !state.isClosed(slot)) failedOutside(state, slot, lease.trial, measured, cause, now);
    else if (!isSameBurst(ledger, slot, lease.pickNumber, now, state.tuning)) failed(state, slot, cause, measured, now);
  }
  if (state.limit !== undefined && !isStale && !isExcused && (kind === GOOD || cause === TIMEOUT))
    observeLimit(state, slot, kind, measured, now);
  if (state.facts.hasNews) state.facts.tell();
}

/** The head has arrived: the sample is taken now, the evidence waits for the end. */
export function noteResponded(state: EngineState, lease: Lease, latencyMs: number | undefined, now: number): void {
  const { ledger } = state;
  const sample = latencyMs ?? now - lease.grantedAt;
  lease.sampledUs = sample > 0 ? Math.min(LONGEST_US, Math.ceil(sample * 1000)) : 0;
  if (ledger.side[lease.slot * SIDE + GENERATION] !== lease.generation) return;
  quiet(state, lease, now);
  noteProgress(state, lease.slot, now);
  if (ledger.u16[lease.slot * HALF_WORDS + EPOCH] !== lease.epoch) return;
  noteLatency(ledger, state.fleet, lease.slot, sample, now, state.tuning);
}

/** A good outcome of the current epoch: `trial` when it is one. `latencyMs` NaN = no sample. */
export function good(state: EngineState, slot: number, isTrial: boolean, latencyMs: number, now: number): void {
  const { ledger, fleet, settings, tuning } = state;
  const isClosed = state.isClosed(slot);
  advanceFleetClock(ledger, fleet, now, tuning, 1);
  noteLatency(ledger, fleet, slot, latencyMs, now, tuning);
  forgetPause(ledger, slot, now);
  if (state.rates !== undefined) state.rates.answered(slot);
  if (isTrial) {
    if (passTrial(ledger, slot, settings.recoveryThreshold)) transition(state, slot, 'trials-passed', 'trial', now);
    return;
  }
  // A panic pick of a circuit that is not closed proves nothing.
  if (!isClosed) return;
  countEvidence(ledger, fleet, slot, false);
  noteInRing(fleet, slot, false);
  ledger.u8[slot * BYTES + RUN] = 0;
  if (ledger.f32[slot * WORDS + SUSPICION] > 0) {
    exonerate(ledger, slot, tuning);
  }
  const flags = ledger.u8[slot * BYTES + FLAGS];
  if ((flags & GROWING) !== 0 || ledger.u8[slot * BYTES + LEVEL] > 0) {
    noteTrust(ledger, slot, false, now, state.largestWeightOf(slot), settings, tuning);
  }
  if ((flags & LISTED) === 0) relistByScore(state, slot, now);
  sampleForecast(state, slot, now);
}

/** A bad outcome of a closed circuit that is an event of its own. */
export function failed(state: EngineState, slot: number, cause: number, latencyMs: number, now: number): void {
  accuse(state, slot, { cause, latencyMs, happenedAt: now, weight: 1, isOwn: true }, now);
}

/** A bad outcome of a circuit that is not closed: a trial's moves it, a panic pick's moves the clock alone. */
export function failedOutside(
  state: EngineState,
  slot: number,
  isTrial: boolean,
  latencyMs: number,
  cause: number,
  now: number,
): void {
  advanceFleetClock(state.ledger, state.fleet, now, state.tuning, 1);
  if (!isTrial) return;
  state.records[slot].cause = cause;
  transition(state, slot, 'trial-failed', 'trial', now, latencyMs);
}

/** It asked for patience. Capacity is not the circuit's affair. */
export function overload(state: EngineState, slot: number, retryAfterMs: number | undefined, now: number): void {
  const { settings } = state;
  const instance = state.records[slot].id;
  if (settings.rules.overload === 'observe') {
    const untilMs = now + Math.min(settings.maxRetryAfter, retryAfterMs ?? 1000);
    tellObserved(
      state,
      slot,
      OVERLOAD_RULE,
      { type: 'paused', instance, from: 'eligible', to: 'paused', untilMs, reason: 'overload', enforced: false },
      now,
    );
    return;
  }
  if (pause(state.ledger, slot, now, retryAfterMs, settings, state.random)) {
    const untilMs = now + ((state.ledger.side[slot * SIDE + PAUSED_UNTIL] - now) | 0);
    state.facts.add(state.name, now, {
      type: 'paused',
      instance,
      from: 'eligible',
      to: 'paused',
      untilMs,
      reason: 'overload',
      enforced: true,
    });
  }
  relist(state, slot, now);
}

function tellStrategy(state: EngineState, slot: number, latencyMs: number, now: number): void {
  const strategy = state.strategies[state.ledger.group[slot]];
  if (strategy?.settled === undefined || !isInList(state.ledger, slot)) return;
  try {
    state.view.beginPick(now, false);
    state.view.show(state.groupOf(slot), true);
    strategy.settled(state.ledger.i32[slot * WORDS + POSITION], state.view, latencyMs, now);
  } catch (error) {
    state.noteThrown(`strategy ${strategy.name} threw ${describeThrown(error)} in settled`);
  }
}

function observeLimit(state: EngineState, slot: number, kind: number, measured: number, now: number): void {
  const { ledger, fleet } = state;
  const estimate =
    kind === GOOD ? latencyOf(ledger, slot, now, medianLatency(fleet), fleet.totals[LATENCY_RATE]) : measured;
  state.limit!.observe(
    slot,
    measured,
    estimate,
    ledger.i32[slot * WORDS + IN_FLIGHT],
    now,
    state.timeoutMs,
    fleet.totals[MEDIAN],
  );
}
