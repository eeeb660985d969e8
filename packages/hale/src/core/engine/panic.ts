// Panic, by one written rule: when fewer than minHealthyInstances are eligible, health is disregarded, on purpose and
// reported. Of up to 64 ready instances from a random start the cheapest is taken, a lower tier at a higher price: closed
// circuits first, then closed ones that asked for patience, then the others. (One that asked for patience may answer, one
// that was found failing will not: with the paused ones last, twenty 429s of one client sent everybody's POSTs to the one
// instance that resets them.) Never one that was excluded, that an operator drained or
// forced open. Among equals those below their learned rate come first: with all of a fleet paused, those have room, and the
// others would only refuse again. A panic pick is no trial: it proves nothing, since it was sent for want of a choice.

import type { Roster } from '../eligibility/index.ts';
import { BYTES, IN_FLIGHT, MODE, READY, WORDS } from '../model/index.ts';
import { isPaused } from '../recovery/index.ts';
import { TIE_BAND } from '../strategies/index.ts';
import { isForced } from './listing.ts';
import type { EngineState } from './state.ts';

/** The least bad slot, or -1 when nobody is ready. */
export function panicPick(state: EngineState, roster: Roster, now: number): number {
  let looks = state.tuning.lookAround;
  let place = Math.floor(state.random() * roster.size);
  let best = -1;
  let bestRank = Infinity;
  let bestPrice = Infinity;
  // Those who may not be asked at all are passed over and not counted: one ready instance behind a drained thousand must be found.
  for (let walked = 0; walked < roster.size && looks > 0; walked++, place = (place + 1) % roster.size) {
    const slot = slotAtPlace(roster, place);
    if (!isReady(state, slot)) continue;
    looks--;
    const rank =
      (state.isClosed(slot) ? 0 : 4) +
      (isPaused(state.ledger, slot, now) ? 2 : 0) +
      (state.rates?.isFull(slot, now) === true ? 1 : 0);
    const price = state.view.priceOfSlot(slot) * (tierOf(roster, state.groupOf(slot).priority) + 1);
    if (rank < bestRank || (rank === bestRank && (isTie(state, slot, best) ? price * TIE_BAND : price) < bestPrice)) {
      best = slot;
      bestRank = rank;
      bestPrice = price;
    }
  }
  return best;
}

// As in the strategies: with nothing in flight small differences are noise, and a panic that lasts would never ask the dearer.
function isTie({ ledger }: EngineState, slot: number, best: number): boolean {
  return ledger.i32[slot * WORDS + IN_FLIGHT] === 0 && ledger.i32[best * WORDS + IN_FLIGHT] === 0;
}

function isReady(state: EngineState, slot: number): boolean {
  if (state.ledger.u8[slot * BYTES + MODE] !== READY || !state.view.isSlotAvailable(slot)) return false;
  return state.isClosed(slot) || !isForced(state, slot);
}

function tierOf(roster: Roster, priority: number): number {
  return Math.max(
    0,
    roster.tiers.findIndex((tier) => tier.priority === priority),
  );
}

// The lists of all groups, end to end.
function slotAtPlace(roster: Roster, place: number): number {
  let left = place;
  for (const group of roster.groups) {
    if (left < group.listedCount) return group.listed[left];
    left -= group.listedCount;
    if (left < group.othersCount) return group.others[left];
    left -= group.othersCount;
  }
  return roster.groups[0].listed[0];
}
