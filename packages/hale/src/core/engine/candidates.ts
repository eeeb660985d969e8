// The candidates of one `selectInstance` call. The list a caller hands in is not the membership: it may be a subset, and
// two callers may hand in different ones. Threshold, minimum, tiers and panic are judged over this list alone.
//
// The usual caller hands in the same list each time: it is compared by reference, element by element, so that a push is
// seen, and then the membership's own lists serve. Any other list gets lists of its own, made for the call: O(its length).

import { Roster, isParked } from '../eligibility/index.ts';
import type { ServiceInstance } from '../model/index.ts';
import type { Strategy } from '../strategies/strategy.ts';
import { belongsInList } from './listing.ts';
import { checkInstances, join, park } from './membership.ts';
import type { Candidates } from './pick.ts';
import type { EngineState } from './state.ts';

/** Nobody handed it in for so long: it no longer counts as part of the service, and is remembered for forgetAfter. */
const ABSENT_MS = 60_000;

export class CandidateLists {
  readonly #state: EngineState;
  readonly #membership: Candidates;
  #last: readonly ServiceInstance[] = [];
  #lastUsedAt = 0;
  /** The membership when `#last` was learned; another means that someone joined or left since. */
  #version = -1;
  #isMembership = false;
  #sweepAt = Infinity;
  #slots: Int32Array = new Int32Array(0);
  #strategies: Strategy[] = [];

  constructor(state: EngineState) {
    this.#state = state;
    this.#membership = { roster: state.roster, strategies: state.strategies, isMembership: true };
  }

  get membership(): Candidates {
    return this.#membership;
  }

  /** The candidates of this list. Unknown ids join. Throws ConfigError, with nothing changed, when the list is wrong. */
  of(instances: readonly ServiceInstance[], now: number): Candidates {
    if (!this.#isSameAsLast(instances)) this.#learn(instances, now);
    this.#lastUsedAt = Math.floor(now);
    if (now >= this.#sweepAt) this.#parkAbsent(now);
    return this.#isMembership ? this.#membership : this.#subset(now);
  }

  #isSameAsLast(instances: readonly ServiceInstance[]): boolean {
    const last = this.#last;
    if (
      this.#version !== this.#state.membershipVersion ||
      !Array.isArray(instances) ||
      instances.length !== last.length
    )
      return false;
    for (let index = 0; index < last.length; index++) if (instances[index] !== last[index]) return false;
    return true;
  }

  #learn(instances: readonly ServiceInstance[], now: number): void {
    const { slots, records } = this.#state;
    checkInstances(this.#state, instances);
    for (const { id } of this.#last) {
      const slot = slots.get(id);
      if (slot !== undefined) records[slot].seenAt = this.#lastUsedAt;
    }
    join(this.#state, instances, now);
    this.#last = instances.slice();
    const chosen = Int32Array.from(instances, ({ id }) => slots.get(id)!);
    // Another subset needs other tables.
    if (!isEqual(chosen, this.#slots)) this.#strategies = [];
    this.#slots = chosen;
    this.#remember(now);
  }

  #remember(now: number): void {
    this.#version = this.#state.membershipVersion;
    this.#isMembership = this.#last.length === this.#state.roster.size;
    // Where update() says who belongs, nobody is absent by not being handed in.
    this.#sweepAt = this.#isMembership || this.#state.hasMembership ? Infinity : now + ABSENT_MS;
  }

  #parkAbsent(now: number): void {
    const { slots, records, ledger } = this.#state;
    const current = new Set(this.#slots);
    for (const slot of slots.values()) {
      if (!current.has(slot) && !isParked(ledger, slot) && now - records[slot].seenAt >= ABSENT_MS)
        park(this.#state, slot, now);
    }
    this.#remember(now);
  }

  #subset(now: number): Candidates {
    const { ledger, roster: membership, random } = this.#state;
    const roster = new Roster();
    for (const slot of this.#slots) {
      const home = membership.groups[ledger.group[slot]];
      const group = roster.groupFor(home.priority, home.isOwnZone);
      group.largestWeight = home.largestWeight;
      roster.put(slot, group, belongsInList(this.#state, slot, now));
    }
    for (const group of roster.groups) {
      group.cursor = Math.floor(random() * group.othersCount);
      group.isStale = this.#strategies[group.number] === undefined;
    }
    return { roster, strategies: this.#strategies, isMembership: false };
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
