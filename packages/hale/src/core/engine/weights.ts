// What depends on the weights of a whole group. SHARE is relative to its largest weight, so that a draw can be accepted by
// one comparison; whoever changes the largest must rewrite the shares of all, O(group). So a larger one is told at once,
// and a smaller one is looked for only after everybody has come and gone.

import type { Group } from '../eligibility/index.ts';
import { INVERSE_WEIGHT, WORDS } from '../model/index.ts';
import { setFleetSize } from '../observe/index.ts';
import { rescaleShare } from '../recovery/index.ts';
import type { EngineState } from './state.ts';

/** A heavier newcomer thins everybody's share at once; a lighter largest is found by `settleWeights`. */
export function raiseLargest(state: EngineState, group: Group, weight: number): void {
  if (group.size === 0) {
    group.largestWeight = weight;
    return;
  }
  if (weight > group.largestWeight) rescaleGroup(state, group, weight);
}

/** After instances came, went or moved: what depends on all of them at once. */
export function settleWeights(state: EngineState): void {
  setFleetSize(state.fleet, state.instances, state.tuning);
  for (const { groups } of state.roster.tiers) for (const group of groups) settleGroup(state, group);
  state.roster.dropEmpty();
}

function settleGroup(state: EngineState, group: Group): void {
  if (!group.isWeightStale) return;
  group.isWeightStale = false;
  let largest = 0;
  forEachSlot(group, (slot) => (largest = Math.max(largest, 1 / state.ledger.f32[slot * WORDS + INVERSE_WEIGHT])));
  if (largest > 0 && Math.abs(largest - group.largestWeight) > 1e-6 * largest) rescaleGroup(state, group, largest);
}

function rescaleGroup(state: EngineState, group: Group, largest: number): void {
  forEachSlot(group, (slot) => rescaleShare(state.ledger, slot, state.weightOf(slot), group.largestWeight, largest));
  group.largestWeight = largest;
}

function forEachSlot(group: Group, visit: (slot: number) => void): void {
  for (let index = 0; index < group.listedCount; index++) visit(group.listed[index]);
  for (let index = 0; index < group.othersCount; index++) visit(group.others[index]);
}
