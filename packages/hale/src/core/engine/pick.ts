// Choosing an instance: the specification's four steps, in its order.
//
//   1. filter       the dense lists hold who is closed, healthy, ready and not paused
//   2. minimum      too few of them: refuse, or panic
//   3. scores       trials first; then a tier and a zone, by how much of each still stands
//   4. strategy     the final choice
//
// O(1) while the lists hold the minimum: at most 8 looks at the others of a tier, the strategy's own looks, and 64 more
// when everything else has failed.

import { hasRoom } from '../admission/index.ts';
import type { Group, Roster, Tier } from '../eligibility/index.ts';
import { keepProbability } from '../eligibility/index.ts';
import { takeTrialPlace, isTrialExpired, isTrialOut } from '../circuit/index.ts';
import { BYTES, FLAGS, HALF_OPEN, MODE, READY, SAFE_ONLY, TYPICAL } from '../model/index.ts';
import { PACE_PICKS, notePace } from '../observe/index.ts';
import { isPaused, isSafeToTry } from '../recovery/index.ts';
import type { PickContext, Strategy } from '../strategies/strategy.ts';
import { isDue, isEligible, isForced, relist, trialDueAt } from './listing.ts';
import { panicPick } from './panic.ts';
import { pausedWithRoom } from './paused-with-room.ts';
import { askStrategy } from './strategy-guard.ts';
import { noteTypical } from './quick-pick.ts';
import type { EngineState } from './state.ts';
import { ELIGIBLE_IN_PANIC, PICK_COUNTER, TOTAL_IN_FLIGHT } from './counters.ts';
import { transition } from './transition.ts';

/** No slot: too few are eligible, or all places are taken. */
export const TOO_FEW = -1;
export const ALL_FULL = -2;

/** Where to choose from: the membership, or the candidates of one call. */
export interface Candidates {
  readonly roster: Roster;
  readonly strategies: Strategy[];
  /** Its lists are kept right by every door; a call's own lists are made for that call. */
  readonly isMembership: boolean;
}

/**
 * Chooses a slot, or answers TOO_FEW or ALL_FULL. `state.isTrial` says whether it is a trial, whose place is then taken
 * (`loose` = without a lease). The view must know the excluded slots already.
 */
export function chooseSlot(
  state: EngineState,
  candidates: Candidates,
  context: PickContext,
  replayable: boolean,
  loose: boolean,
): number {
  const { now } = context;
  const { roster } = candidates;
  state.isTrial = false;
  const picks = (state.counts[PICK_COUNTER] + 1) | 0;
  state.counts[PICK_COUNTER] = picks;
  if ((picks & PACE_PICKS) === 0) notePace(state.fleet, now, state.tuning);
  if (!hasRoom(state.counts[TOTAL_IN_FLIGHT], context.cost, state.settings.limits.maxInFlight)) return ALL_FULL;
  state.view.beginPick(now, replayable);

  const minimum = state.settings.minHealthyInstances;
  if (roster.listedCount < minimum) {
    const eligible = countEligible(state, candidates, now, replayable, minimum);
    if (eligible < minimum) return tooFew(state, candidates, now, eligible, replayable, loose);
  }
  if (state.isPanicking && candidates.isMembership) calm(state, now);

  let chosen = chooseInTiers(state, candidates, context, replayable, loose);
  if (chosen < 0 && state.view.hasMetRate) {
    chosen = pausedWithRoom(state, roster, now);
    if (chosen >= 0) return chosen;
    // A learned rate is an estimate: better to ask than to refuse on it.
    state.view.disregardRates();
    chosen = chooseInTiers(state, candidates, context, replayable, loose);
  }
  if (chosen >= 0) return chosen;
  if (isEveryoneFull(state, roster)) return ALL_FULL;
  // Enough are eligible, but each trial place is taken, or the request has been to all of them. In panic mode someone is
  // asked all the same: a last attempt on an instance believed sick is worth more to the caller than an error.
  return state.settings.whenTooFewHealthy === 'panic' ? panic(state, candidates, now) : TOO_FEW;
}

function chooseInTiers(
  state: EngineState,
  candidates: Candidates,
  context: PickContext,
  replayable: boolean,
  loose: boolean,
): number {
  const { tiers, first, size } = candidates.roster;
  // Everyone in one group and well: the case of nearly every request.
  if (first !== undefined && first.listedCount === size) {
    return settleTypical(state, chooseInGroup(state, candidates, first, context), context);
  }
  const last = tiers.length - 1;
  let hasDeclined = false;
  for (let index = 0; index <= last; index++) {
    const tier = tiers[index];
    for (const group of tier.groups) {
      if (group.othersCount === 0) continue;
      const trial = seekTrial(state, candidates, group, context.now, replayable, loose);
      if (trial >= 0) return trial;
    }
    if (index < last && !keeps(state, tier, context.now)) {
      hasDeclined = true;
      continue;
    }
    const slot = chooseInTier(state, candidates, tier, context);
    if (slot >= 0)
      return index < last
        ? spill(state, candidates, tiers[index + 1], slot, context)
        : settleTypical(state, slot, context);
  }
  if (!hasDeclined) return -1;
  // A tier let the request overflow, and nobody below could take it.
  for (const tier of tiers) {
    const slot = chooseInTier(state, candidates, tier, context);
    if (slot >= 0) return settleTypical(state, slot, context);
  }
  return -1;
}

function keeps(state: EngineState, tier: Tier, now: number): boolean {
  let listed = 0;
  let size = 0;
  for (const group of tier.groups) {
    listed += group.listedCount;
    size += group.size;
  }
  const keep = keepProbability(listed, size, tier.held, now, state.settings);
  return keep >= 1 || state.random() < keep;
}

function chooseInTier(state: EngineState, candidates: Candidates, tier: Tier, context: PickContext): number {
  const { groups } = tier;
  if (groups.length === 1) return chooseInGroup(state, candidates, groups[0], context);
  const [own, foreign] = groups;
  const keep =
    foreign.size === 0 ? 1 : keepProbability(own.listedCount, own.size, own.held, context.now, state.settings);
  const staysHome = keep >= 1 || state.random() < keep;
  const slot = chooseInGroup(state, candidates, staysHome ? own : foreign, context);
  return slot >= 0 ? slot : chooseInGroup(state, candidates, staysHome ? foreign : own, context);
}

function chooseInGroup(state: EngineState, candidates: Candidates, group: Group, context: PickContext): number {
  if (group.listedCount === 0) return -1;
  state.view.show(group, candidates.isMembership);
  return askStrategy(state, candidates, group, context);
}

// A dear tier is one whose best costs more than twice what picks have typically cost: the next is asked too, and taken if
// it is half as dear. This empties a slow tier before any circuit opens.
function spill(state: EngineState, candidates: Candidates, next: Tier, slot: number, context: PickContext): number {
  const typical = state.fleet.totals[TYPICAL];
  const price = state.view.priceOfSlot(slot);
  if (typical > 0 && price > state.tuning.spill * typical) {
    const other = chooseInTier(state, candidates, next, context);
    if (other >= 0 && state.view.priceOfSlot(other) < price / 2) return settleTypical(state, other, context);
  }
  return settleTypical(state, slot, context);
}

function settleTypical(state: EngineState, slot: number, context: PickContext): number {
  if (slot >= 0 && (state.counts[PICK_COUNTER] & 7) === 0) noteTypical(state, slot, context.now);
  return slot;
}

// Looks at up to 8 of a group's others from a rotating start: puts back those whom time has healed, and grants a trial to
// the first that is due. Every slot is looked at in turn, so none is forgotten.
function seekTrial(
  state: EngineState,
  candidates: Candidates,
  group: Group,
  now: number,
  replayable: boolean,
  loose: boolean,
): number {
  for (let looks = Math.min(state.tuning.scan, group.othersCount); looks > 0 && group.othersCount > 0; looks--) {
    if (group.cursor >= group.othersCount) group.cursor = 0;
    const slot = group.others[group.cursor];
    // A slot that moves is replaced by the last of the list, which is looked at next.
    if (candidates.isMembership && state.isClosed(slot) && relist(state, slot, now)) continue;
    group.cursor++;
    if (tryOut(state, slot, now, replayable, loose)) return slot;
  }
  return -1;
}

function tryOut(state: EngineState, slot: number, now: number, replayable: boolean, loose: boolean): boolean {
  const { ledger, settings, view } = state;
  if (state.isForBlamed || state.isClosed(slot) || isForced(state, slot) || ledger.u8[slot * BYTES + MODE] !== READY)
    return false;
  if (isPaused(ledger, slot, now) || !view.isSlotAvailable(slot) || !isDue(state, slot, now, replayable)) return false;
  const isWindowOver = ((now - trialDueAt(state, slot)) | 0) >= 0;
  if (view.circuit(slot) === HALF_OPEN) {
    if ((ledger.u8[slot * BYTES + FLAGS] & SAFE_ONLY) !== 0 && !replayable && !isWindowOver) return false;
    if (isTrialExpired(ledger, slot, now, settings.trialTimeout))
      transition(state, slot, 'trial-expired', 'trial-timeout', now);
    if (isTrialOut(ledger, slot)) return false;
  } else if (isWindowOver) {
    transition(state, slot, 'window-passed', 'window', now);
  } else if (isSafeToTry(ledger, slot, now)) {
    transition(state, slot, 'replayable', 'replayable', now);
  }
  takeTrialPlace(ledger, slot, now, loose);
  state.isTrial = true;
  return true;
}

// The lists' lengths answer unless they sum to less than the minimum; only then the others are counted.
function countEligible(
  state: EngineState,
  candidates: Candidates,
  now: number,
  replayable: boolean,
  enough: number,
): number {
  let count = candidates.roster.listedCount;
  for (const group of candidates.roster.groups) {
    for (let index = group.othersCount - 1; index >= 0 && count < enough; index--) {
      const slot = group.others[index];
      if (!isEligible(state, slot, now, replayable)) continue;
      count++;
      if (candidates.isMembership && state.isClosed(slot)) relist(state, slot, now);
    }
  }
  return count;
}

function tooFew(
  state: EngineState,
  candidates: Candidates,
  now: number,
  eligible: number,
  replayable: boolean,
  loose: boolean,
): number {
  if (state.settings.whenTooFewHealthy === 'refuse') return TOO_FEW;
  if (!state.isPanicking && candidates.isMembership) {
    state.isPanicking = true;
    state.counts[ELIGIBLE_IN_PANIC] = eligible;
    state.facts.add(state.name, now, {
      type: 'panicked',
      from: state.settings.minHealthyInstances,
      to: eligible,
      reason: 'minimum',
    });
  }
  // With learned rates in the way, one that asked for patience could come before one that did not.
  state.view.disregardRates();
  // Panic disregards health, not recovery: with a minimum that is out of reach nobody would ever be tried again.
  for (const group of candidates.roster.groups) {
    const trial = group.othersCount > 0 ? seekTrial(state, candidates, group, now, replayable, loose) : -1;
    if (trial >= 0) return trial;
  }
  return panic(state, candidates, now);
}

function calm(state: EngineState, now: number): void {
  state.isPanicking = false;
  state.facts.add(state.name, now, {
    type: 'calmed',
    from: state.counts[ELIGIBLE_IN_PANIC],
    to: state.roster.listedCount,
    reason: 'minimum',
  });
}

function panic(state: EngineState, candidates: Candidates, now: number): number {
  const slot = panicPick(state, candidates.roster, now);
  if (slot < 0) return isEveryoneFull(state, candidates.roster) ? ALL_FULL : TOO_FEW;
  return slot;
}

// Everyone who may be asked at all is at the limit; a sample of 64 answers for a large fleet.
function isEveryoneFull(state: EngineState, { groups }: Roster): boolean {
  let full = 0;
  let looks = state.tuning.lookAround;
  for (const group of groups) {
    for (let index = 0; index < group.listedCount && looks > 0; index++, looks--) {
      const slot = group.listed[index];
      if (state.view.isExcluded(slot)) continue;
      if (!state.view.isFull(slot)) return false;
      full++;
    }
  }
  return full > 0;
}
