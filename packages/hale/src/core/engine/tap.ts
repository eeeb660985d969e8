// Telling whoever records of every outcome. Not of transitions, which are facts: this is what came in, one call for each,
// before the engine has judged it, so that another engine can be given the same outcomes later.
//
// Free when nobody records: the quick way of a settlement asks whether anybody listens, as it always did, and whoever
// records takes the general way.
// The tap is told first of all, before a door has changed anything: so it may call any door itself, and what it throws is
// a counter. Told is what `hale_requests_total` counts, and each check; outcomes of instances that are gone, and second
// settlements, are no outcomes. Evidence of others is theirs to record.

import { isParked } from '../eligibility/index.ts';
import type { FailureCause, Outcome, OutcomeSource } from '../model/index.ts';
import { FAILURE_CAUSES, GENERATION, SIDE } from '../model/index.ts';
import { describeThrown, isThenable } from './facts.ts';
import type { Lease } from './lease.ts';
import type { EngineState } from './state.ts';

/** `cause` of a failure only; `latencyMs` undefined = unknown; `now` is the engine's clock at the end. */
export type OutcomeTap = (
  instance: string,
  kind: Outcome['kind'],
  cause: FailureCause | undefined,
  latencyMs: number | undefined,
  source: OutcomeSource,
  now: number,
) => void;

/** By the number that a lease has for its end. */
const KINDS: readonly Outcome['kind'][] = ['success', 'failure', 'ignored'];

/** The end of a lease; `kind` and `cause` are numbers. */
export function tapLease(
  state: EngineState,
  lease: Lease,
  kind: number,
  cause: number,
  latencyMs: number | undefined,
  now: number,
): void {
  const { slot } = lease;
  if (state.ledger.side[slot * SIDE + GENERATION] !== lease.generation) return;
  tell(state, slot, KINDS[kind], cause, latencyOfLease(lease, KINDS[kind], latencyMs, now), 'traffic', now);
}

/** An outcome that came by name: a record, a report or a check. */
export function tapNamed(
  state: EngineState,
  id: string,
  kind: Outcome['kind'],
  cause: number,
  latencyMs: number | undefined,
  source: OutcomeSource,
  now: number,
): void {
  const slot = state.slots.get(id);
  if (slot !== undefined && !isParked(state.ledger, slot)) tell(state, slot, kind, cause, latencyMs, source, now);
}

function tell(
  state: EngineState,
  slot: number,
  kind: Outcome['kind'],
  cause: number,
  latencyMs: number | undefined,
  source: OutcomeSource,
  now: number,
): void {
  const onThrown = (error: unknown): void => state.noteThrown(`the record threw ${describeThrown(error)}`);
  try {
    const failure = kind === 'failure' ? FAILURE_CAUSES[cause] : undefined;
    const known = kind !== 'ignored' && isDuration(latencyMs) ? latencyMs : undefined;
    const answer: unknown = state.onOutcome?.(state.records[slot].id, kind, failure, known, source, now);
    // Left alone, the rejection of an async tap would end the process.
    if (isThenable(answer)) answer.then(undefined, onThrown);
  } catch (error) {
    onThrown(error);
  }
}

// What was said at the end, else at the head of a long answer that went well, else the time since the grant. Whoever said
// NaN ("no sample") knows that this time is none of the instance's.
function latencyOfLease(
  lease: Lease,
  kind: Outcome['kind'],
  latencyMs: number | undefined,
  now: number,
): number | undefined {
  if (isDuration(latencyMs)) return latencyMs;
  if (kind === 'success' && lease.sampledUs >= 0) return lease.sampledUs > 0 ? lease.sampledUs / 1000 : undefined;
  return latencyMs === undefined ? now - lease.grantedAt : undefined;
}

function isDuration(ms: number | undefined): ms is number {
  return ms !== undefined && ms >= 0 && ms < Infinity;
}
