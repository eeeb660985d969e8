// `inspect` and `explain`: the live ledger as plain JSON. Off the request path; O(instances).

import { isTrialOut, trialsNeeded } from '../circuit/index.ts';
import { isParked } from '../eligibility/index.ts';
import type { Circumstances } from '../explain/index.ts';
import { explainInstance, explainKey, reasonSentence } from '../explain/index.ts';
import { fade } from '../kernel/index.ts';
import type { EvidenceSnapshot, Health, IgnoredSnapshot, InstanceSnapshot, ServiceSnapshot } from '../model/index.ts';
import {
  ALL,
  BAD,
  BYTES,
  CIRCUITS,
  FAILURE_CAUSES,
  FLAGS,
  FLEET_TIME,
  FORCED,
  HALF_OPEN,
  IN_FLIGHT,
  LATENCY,
  LATENCY_RATE,
  LEVEL,
  MODE,
  MODES,
  OPEN,
  RUN,
  SAFE_ONLY,
  SUSPICION,
  TRIALS,
  WORDS,
  commonRate,
  describe,
  fleetTime,
  restOfFleet,
  PAUSED_UNTIL,
  SIDE,
  TRIAL_AT,
} from '../model/index.ts';
import { isPaused, trustOf } from '../recovery/index.ts';
import { failureRate, latencyOf, medianLatency, scoreOf } from '../score/index.ts';
import { DOUBLE, RECORDED_ON_OPEN, STALE, THROWN, UNKNOWN } from './counters.ts';
import { isEligible, isForced, trialDueAt } from './listing.ts';
import type { EngineState } from './state.ts';

/** A client has as many names as it likes. */
const MOST_BLAMED = 20;

/** Everything of one service. */
export function inspect(state: EngineState, now: number): ServiceSnapshot {
  const instances: InstanceSnapshot[] = [];
  for (const slot of state.slots.values())
    if (!isParked(state.ledger, slot)) instances.push(inspectSlot(state, slot, now));
  const eligible = instances.reduce((count, instance) => count + Number(instance.eligible), 0);
  const blamed = state.blame?.list(now, MOST_BLAMED) ?? [];
  return { service: state.name, eligible, panic: state.isPanicking, ignored: ignored(state), blamed, instances };
}

/** Sentences on one instance, or on all of them. An unknown id is said to be unknown. */
export function explain(state: EngineState, id: string | undefined, now: number): string[] {
  if (id === undefined) {
    const isEnforced = state.settings.rules.blame === 'enforce';
    const blamed = state.blame?.list(now, MOST_BLAMED) ?? [];
    return [...state.slots.values()]
      .filter((slot) => !isParked(state.ledger, slot))
      .flatMap((slot) => explainSlot(state, slot, now))
      .concat(blamed.map((key) => explainKey(key, isEnforced)));
  }
  const slot = state.slots.get(id);
  return slot === undefined
    ? [`${typeof id === 'string' ? id : describe(id)} is not an instance of ${state.name}.`]
    : explainSlot(state, slot, now);
}

/**
 * Milliseconds until time alone may let a pick succeed; undefined when nothing is known to end. 0 when one may now. In
 * `refuse` mode as many as the minimum must have come back by then.
 */
export function nextChangeInMs(state: EngineState, now: number): number | undefined {
  const waits: number[] = [];
  for (const slot of state.slots.values()) {
    if (isParked(state.ledger, slot) || state.ledger.u8[slot * BYTES + MODE] !== 0) continue;
    const wait = waitOf(state, slot, now) ?? (isEligible(state, slot, now, false) ? 0 : null);
    if (wait !== null) waits.push(wait);
  }
  const wanted = state.settings.whenTooFewHealthy === 'refuse' ? Math.max(1, state.settings.minHealthyInstances) : 1;
  return waits.sort((x, y) => x - y)[wanted - 1];
}

/** One sentence for each of up to `most` instances: why it was not picked. */
export function reasons(state: EngineState, now: number, most: number): { id: string; reason: string }[] {
  const found: { id: string; reason: string }[] = [];
  for (const slot of state.slots.values()) {
    if (found.length === most) break;
    if (!isParked(state.ledger, slot))
      found.push({ id: state.records[slot].id, reason: inspectSlot(state, slot, now).reason });
  }
  return found;
}

function inspectSlot(state: EngineState, slot: number, now: number): InstanceSnapshot {
  const { ledger, fleet, settings, tuning } = state;
  const { id, weight, priority, zone } = state.records[slot];
  const score = scoreOf(ledger, fleet, slot, now, settings, tuning);
  const median = medianLatency(fleet);
  const circuit = CIRCUITS[state.view.circuit(slot)];
  const withoutReason = {
    id,
    score,
    slowness: latencyOf(ledger, slot, now, median, fleet.totals[LATENCY_RATE]) / median,
    health: healthOf(state, slot, score),
    circuit,
    mode: MODES[ledger.u8[slot * BYTES + MODE]],
    eligible: !isParked(ledger, slot) && isEligible(state, slot, now, false),
    inFlight: ledger.i32[slot * WORDS + IN_FLIGHT],
    weight,
    priority,
    ...(zone === undefined ? {} : { zone }),
    evidence: evidenceOf(state, slot, now),
    nextChangeInMs: waitOf(state, slot, now),
  };
  return { ...withoutReason, reason: reasonSentence(withoutReason, circumstancesOf(state, slot, now)) };
}

function explainSlot(state: EngineState, slot: number, now: number): string[] {
  return explainInstance(inspectSlot(state, slot, now), circumstancesOf(state, slot, now));
}

function circumstancesOf(state: EngineState, slot: number, now: number): Circumstances {
  const { reason, cause, changedAt } = state.records[slot];
  return {
    reason,
    cause: cause < 0 ? undefined : FAILURE_CAUSES[cause],
    sinceMs: Math.max(0, now - changedAt),
    healthThreshold: state.settings.healthThreshold,
    trialsNeeded: trialsNeeded(state.settings.recoveryThreshold),
    isParked: isParked(state.ledger, slot),
    isTrialOut: isTrialOut(state.ledger, slot),
  };
}

function evidenceOf(state: EngineState, slot: number, now: number): EvidenceSnapshot {
  const { ledger, fleet, settings, tuning } = state;
  const at = slot * WORDS;
  const time = fleetTime(fleet, now, tuning);
  const left = fade(Math.max(0, time - ledger.f32[at + FLEET_TIME]));
  return {
    bad: ledger.f32[at + BAD] * left,
    all: ledger.f32[at + ALL] * left,
    suspicion: ledger.f32[at + SUSPICION],
    threshold: settings.circuitBreakThreshold,
    run: ledger.u8[slot * BYTES + RUN],
    failureRate: failureRate(ledger, slot, time, commonRate(fleet, now, tuning), tuning),
    baseline: state.isClosed(slot) ? restOfFleet(ledger, fleet, slot, now, tuning) : commonRate(fleet, now, tuning),
    latencyMs:
      ledger.f32[at + LATENCY] === 0
        ? null
        : latencyOf(ledger, slot, now, medianLatency(fleet), fleet.totals[LATENCY_RATE]),
    trust: trustOf(ledger, slot, now, state.largestWeightOf(slot), settings),
    forced: (ledger.u8[slot * BYTES + FLAGS] & FORCED) !== 0,
    pausedForMs: isPaused(ledger, slot, now) ? (ledger.side[slot * SIDE + PAUSED_UNTIL] - now) | 0 : null,
    learnedRate: state.rates?.limitOf(slot) ?? null,
    goodTrials: state.isClosed(slot) ? 0 : ledger.u8[slot * BYTES + TRIALS] >> 4,
    relapses: ledger.u8[slot * BYTES + LEVEL],
    forecastMs: state.forecast?.untilBelow(slot, settings.healthThreshold) ?? null,
  };
}

function healthOf({ ledger, settings }: EngineState, slot: number, score: number): Health {
  const isNew =
    ledger.f32[slot * WORDS + ALL] === 0 &&
    ledger.f32[slot * WORDS + LATENCY] === 0 &&
    ledger.f32[slot * WORDS + SUSPICION] === 0;
  if (isNew && score === 1) return ledger.riseFall[slot] > 0 ? 'healthy' : 'unknown';
  return score >= settings.recoveryThreshold ? 'healthy' : score >= settings.healthThreshold ? 'degraded' : 'unhealthy';
}

function waitOf(state: EngineState, slot: number, now: number): number | null {
  const { ledger, settings } = state;
  if (isPaused(ledger, slot, now)) return (ledger.side[slot * SIDE + PAUSED_UNTIL] - now) | 0;
  if (isForced(state, slot)) return null;
  const circuit = state.view.circuit(slot);
  const windowMs = Math.max(0, (trialDueAt(state, slot) - now) | 0);
  if (circuit === OPEN) return windowMs;
  if (circuit !== HALF_OPEN) return null;
  // What ends its wait: the trial that is out, and for requests that cannot be sent again the window as well.
  const trialMs = isTrialOut(ledger, slot)
    ? Math.max(0, (ledger.i32[slot * WORDS + TRIAL_AT] + settings.trialTimeout - now) | 0)
    : 0;
  const wait = (ledger.u8[slot * BYTES + FLAGS] & SAFE_ONLY) === 0 ? trialMs : Math.max(trialMs, windowMs);
  if (wait > 0 || isTrialOut(ledger, slot)) return wait;
  return null;
}

function ignored({ counters, lastIgnored }: EngineState): IgnoredSnapshot {
  return {
    unknown: counters[UNKNOWN],
    double: counters[DOUBLE],
    stale: counters[STALE],
    open: counters[RECORDED_ON_OPEN],
    thrown: counters[THROWN],
    last: lastIgnored ?? null,
  };
}
