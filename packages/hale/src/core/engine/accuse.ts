// A bad outcome of a closed circuit that is an event of its own: it becomes evidence and suspicion, and the rules are asked.
// One way for the outcomes of this process and for those that others tell of; they differ in weight alone.

import { failureWeight, runLimit, suspect, verdict } from '../circuit/index.ts';
import { noteTrust } from '../recovery/index.ts';
import { CONNECT, restOfFleet } from '../model/index.ts';
import { advanceFleetClock, countEvidence, noteCountedFailure, noteInRing, ringShare } from '../observe/index.ts';
import { PICK_COUNTER } from './counters.ts';
import { sampleForecast } from './forecast-sample.ts';
import { relistByScore } from './listing.ts';
import { RUN_RULE, tellObservedTrip } from './observed-rules.ts';
import type { EngineState } from './state.ts';
import { trip } from './transition.ts';

export interface Accusation {
  /** Number of the cause. */
  readonly cause: number;
  /** Of the failure; 0 when it is unknown. */
  readonly latencyMs: number;
  /** When it happened: `now`, but for evidence of others. */
  readonly happenedAt: number;
  /** (0,1]; below 1 for evidence of other machines. */
  readonly weight: number;
  /** Seen by this process: the ring of recent outcomes holds only what was seen here, good or bad. */
  readonly isOwn: boolean;
}

/** Takes the accusation, and trips, spares or only reports, by the rules. */
export function accuse(
  state: EngineState,
  slot: number,
  { cause, latencyMs, happenedAt, weight, isOwn }: Accusation,
  now: number,
): void {
  const { ledger, fleet, settings, tuning } = state;
  const rest = settings.adaptiveThreshold ? restOfFleet(ledger, fleet, slot, now, tuning) : 0;
  const recent = settings.adaptiveThreshold ? ringShare(fleet, slot) : 0;
  advanceFleetClock(ledger, fleet, now, tuning, 1);
  countEvidence(ledger, fleet, slot, true, weight);
  if (isOwn) noteInRing(fleet, slot, true);
  noteCountedFailure(ledger, slot, state.counts[PICK_COUNTER], happenedAt);
  state.records[slot].cause = cause;
  suspect(ledger, slot, weight * failureWeight(Math.max(rest, recent), tuning));
  // Trust is a matter of what was seen here: it thins the traffic that this process sends.
  if (isOwn) noteTrust(ledger, slot, true, now, state.largestWeightOf(slot), settings, tuning);
  const found = guilt(state, slot, now);
  // A refused connection is certain, if one's own eyes saw it.
  if (found !== 'none') trip(state, slot, found, cause === CONNECT && weight === 1, now, latencyMs);
  if (!state.isClosed(slot)) return;
  relistByScore(state, slot, now);
  sampleForecast(state, slot, now);
}

// A run that is only observed must not stand in the way of the sequential test, which the same failure may satisfy.
function guilt(state: EngineState, slot: number, now: number): 'none' | 'suspicion' | 'run' {
  const { circuitBreakThreshold: threshold, runFactor, rules } = state.settings;
  const found = verdict(state.ledger, slot, threshold, runLimit(threshold, runFactor));
  if (found !== 'run' || rules.run === 'enforce') return found;
  tellObservedTrip(state, slot, RUN_RULE, 'run', now);
  return verdict(state.ledger, slot, threshold, Infinity);
}
