// What a rule that only observes would have done, told once for each rule, instance and epoch: a fact is for what changes,
// never for each request, and under a rule that moves nothing nothing changes.

import type { NewFact } from '../model/index.ts';
import { EPOCH, HALF_WORDS } from '../model/index.ts';
import type { EngineState } from './state.ts';

/** Bits of the rules. */
export const THRESHOLD_RULE = 1;
export const OVERLOAD_RULE = 2;
export const RUN_RULE = 4;
export const SUSPICION_RULE = 8;
export const CHECKS_RULE = 16;
const BITS = 32;

/** States the fact unless the rule has told of this slot in this epoch. */
export function tellObserved(state: EngineState, slot: number, rule: number, fact: NewFact, now: number): void {
  const record = state.records[slot];
  const epoch = state.ledger.u16[slot * HALF_WORDS + EPOCH];
  const told = Math.floor(record.observed / BITS) === epoch ? record.observed % BITS : 0;
  if ((told & rule) !== 0) return;
  record.observed = epoch * BITS + (told | rule);
  state.facts.add(state.name, now, fact);
}

/** A circuit would have opened. */
export function tellObservedTrip(
  state: EngineState,
  slot: number,
  rule: number,
  reason: 'suspicion' | 'run' | 'checks',
  now: number,
): void {
  const instance = state.records[slot].id;
  const fact: NewFact = { type: 'tripped', instance, from: 'closed', to: 'open', reason, enforced: false };
  tellObserved(state, slot, rule, fact, now);
}
