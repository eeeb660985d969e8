// The candidates of one `selectInstance` call. The list a caller hands in is not the membership: it may be a subset, and
// two callers may hand in different ones. Threshold, minimum, tiers and panic are judged over this list alone.
//
// The usual caller hands in the same list each time: it is compared by reference, element by element, so that a push is
// seen, and then the membership's own lists serve. Any other list is filled anew at each call, O(its length); but what
// is dear or has a memory is kept for the four lists used last: the tables of strategies, and what overflow believes of a
// tier. With a fifth list in turns each call builds its tables again.

import { Roster, isParked } from '../eligibility/index.ts';
import type { ServiceInstance } from '../model/index.ts';
import type { GivenList } from './instance-check.ts';
import { readInstances } from './instance-check.ts';
import { belongsInList } from './listing.ts';
import { join, park } from './membership.ts';
import type { Candidates } from './pick.ts';
import type { EngineState } from './state.ts';
import { settleWeights } from './weights.ts';

/** Nobody handed it in for so long: it no longer counts as part of the service, and is remembered for forgetAfter. */
const ABSENT_MS = 60_000;
/** How many lists are kept. Each is compared with the list at hand, and holds its objects. */
const MOST_LISTS = 4;

interface KnownList {
  given: GivenList;
  readonly slots: Int32Array;
  readonly candidates: Candidates;
  /** The membership when it was last joined; another means that someone came, went or moved since. */
  version: number;
  isMembership: boolean;
  /** Whole ms. */
  usedAt: number;
}

export class CandidateLists {
  readonly #state: EngineState;
  readonly #membership: Candidates;
  /** The one used last is the first. */
  #lists: KnownList[] = [];
  #sweepAt = Infinity;

  constructor(state: EngineState) {
    this.#state = state;
    this.#membership = { roster: state.roster, strategies: state.strategies, isMembership: true };
  }

  get membership(): Candidates {
    return this.#membership;
  }

  /** The candidates of this list. Unknown ids join. Throws ConfigError, with nothing changed, when the list is wrong. */
  of(instances: readonly ServiceInstance[], now: number): Candidates {
    let list: KnownList | undefined = this.#lists[0];
    if (
      list === undefined ||
      list.version !== this.#state.membershipVersion ||
      !isSame(list.given.instances, instances)
    )
      list = this.#turnTo(instances, now);
    list.usedAt = Math.floor(now);
    if (now >= this.#sweepAt) this.#parkAbsent(list, now);
    if (list.isMembership) return this.#membership;
    this.#fill(list, now);
    return list.candidates;
  }

  #turnTo(instances: readonly ServiceInstance[], now: number): KnownList {
    const state = this.#state;
    let known = this.#lists.find(({ given }) => isSame(given.instances, instances));
    const given = known?.given ?? readInstances(instances, state.settings.maxInstances);
    const last: KnownList | undefined = this.#lists[0];
    if (last !== undefined) this.#noteSeen(last);
    if (known === undefined || known.version !== state.membershipVersion) {
      join(state, given, now);
      known = this.#joined(given);
    }
    this.#lists = [known, ...this.#lists.filter((list) => list !== known)].slice(0, MOST_LISTS);
    this.#awaitSweep(known, now);
    return known;
  }

  // The list whose tables are right for what has joined: the same ids in the same slots, of the same weights. Or a new one.
  #joined(given: GivenList): KnownList {
    const { slots: slotOf, membershipVersion: version, roster } = this.#state;
    const slots = Int32Array.from(given.ids, (id) => slotOf.get(id)!);
    const isMembership = slots.length === roster.size;
    const last: KnownList | undefined = this.#lists[0];
    const same = this.#lists.find((list) => isEqual(list.slots, slots) && isEqualList(list.given, given));
    // Another version of the same objects is never wanted again.
    this.#lists = this.#lists.filter((list) => list === same || list.given !== given);
    if (same !== undefined) return Object.assign(same, { given, version, isMembership });
    const candidates = { roster: new Roster(), strategies: [], isMembership: false };
    // What was believed of a tier is believed on: a changed list is no news of those that are in both.
    if (last !== undefined) inherit(candidates.roster, last.isMembership ? roster : last.candidates.roster);
    return { given, slots, candidates, version, isMembership, usedAt: 0 };
  }

  // Ids, since a slot may have another tenant by now.
  #noteSeen({ given, usedAt }: KnownList): void {
    const { slots, records } = this.#state;
    for (const id of given.ids) {
      const slot = slots.get(id);
      if (slot !== undefined) records[slot].seenAt = Math.max(records[slot].seenAt, usedAt);
    }
  }

  // Set by the first list that leaves someone out and not by those that follow, or callers who take turns would put it off
  // for ever. Where update() says who belongs, nobody is absent by not being handed in.
  #awaitSweep(list: KnownList, now: number): void {
    if (!list.isMembership && !this.#state.hasMembership) this.#sweepAt = Math.min(this.#sweepAt, now + ABSENT_MS);
  }

  #parkAbsent(current: KnownList, now: number): void {
    const state = this.#state;
    for (const list of this.#lists) this.#noteSeen(list);
    this.#lists = this.#lists.filter((list) => now - list.usedAt < ABSENT_MS);
    if (!state.hasMembership) {
      for (const slot of state.slots.values())
        if (!isParked(state.ledger, slot) && now - state.records[slot].seenAt >= ABSENT_MS) park(state, slot, now);
      settleWeights(state);
    }
    // Those of the list at hand have just been seen.
    current.version = state.membershipVersion;
    current.isMembership = current.slots.length === state.roster.size;
    this.#sweepAt = Infinity;
    this.#awaitSweep(current, now);
  }

  #fill({ slots, candidates: { roster } }: KnownList, now: number): void {
    const { ledger, roster: membership } = this.#state;
    roster.empty();
    for (const slot of slots) {
      const home = membership.groups[ledger.group[slot]];
      const group = roster.groupFor(home.priority, home.isOwnZone);
      group.largestWeight = home.largestWeight;
      roster.put(slot, group, belongsInList(this.#state, slot, now));
    }
    // Left by the list from which this one has inherited.
    roster.dropEmpty();
  }
}

function inherit(roster: Roster, from: Roster): void {
  for (const { priority, groups, held } of from.tiers) {
    for (const group of groups) roster.groupFor(priority, group.isOwnZone).held.set(group.held);
    roster.tiers.find((tier) => tier.priority === priority)?.held.set(held);
  }
}

function isSame(known: readonly ServiceInstance[], instances: readonly ServiceInstance[]): boolean {
  if (!Array.isArray(instances) || instances.length !== known.length) return false;
  for (let index = 0; index < known.length; index++) if (instances[index] !== known[index]) return false;
  return true;
}

function isEqualList(a: GivenList, b: GivenList): boolean {
  return (
    isEqual(a.weights, b.weights) &&
    isEqual(a.priorities, b.priorities) &&
    isEqual(a.zones, b.zones) &&
    isEqual(a.ids, b.ids)
  );
}

function isEqual(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
