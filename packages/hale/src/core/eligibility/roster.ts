// Who stands where. Instances are grouped by priority tier, and inside a tier by zone (the caller's own, then the rest).
// Each group keeps two dense lists of slots: those that may be picked without a further question ("listed": closed,
// healthy, ready, not paused) and the others. Moving between them is a swap with the last, O(1); POSITION in the ledger
// says where a slot stands.
//
// The invariant that makes a pick O(1): the lists are right at every settle and wrong only by what time alone has changed
// (a window's end, evidence that faded), and every pick re-reads a few of the others in rotation.

import type { Ledger } from '../model/index.ts';
import { BYTES, FLAGS, INVERSE_WEIGHT, LISTED, POSITION, WORDS } from '../model/index.ts';

export class Group {
  /** Its number in the roster and in the ledger's group column; never changes. */
  readonly number: number;
  readonly priority: number;
  /** In the caller's own zone, or in no zone at all. */
  readonly isOwnZone: boolean;
  listed: Int32Array = new Int32Array(8);
  listedCount = 0;
  others: Int32Array = new Int32Array(8);
  othersCount = 0;
  /** Where the next look at the others begins. */
  cursor = 0;
  /** What SHARE is relative to. */
  largestWeight = 1;
  /** The membership or a weight has changed: strategies rebuild before their next pick. */
  isStale = true;
  /** Someone left or changed weight: the largest weight may be smaller now. */
  isWeightStale = false;
  /** The healthy share that overflow believes in, and when it was last below: failbackDelay. */
  readonly held: Float64Array = new Float64Array([1, -Infinity]);

  constructor(number: number, priority: number, isOwnZone: boolean) {
    this.number = number;
    this.priority = priority;
    this.isOwnZone = isOwnZone;
  }

  get size(): number {
    return this.listedCount + this.othersCount;
  }

  /** Adds a slot at the end of a list and returns its position. */
  append(slot: number, isListed: boolean): number {
    if (isListed) {
      if (this.listedCount === this.listed.length) this.listed = doubled(this.listed);
      this.listed[this.listedCount] = slot;
      return this.listedCount++;
    }
    if (this.othersCount === this.others.length) this.others = doubled(this.others);
    this.others[this.othersCount] = slot;
    return this.othersCount++;
  }
}

/** Groups of one priority, own zone first. */
export interface Tier {
  readonly priority: number;
  readonly groups: Group[];
  /** As `Group.held`, over the whole tier. */
  readonly held: Float64Array;
}

export class Roster {
  /** By number, those that are empty now included: at most one for each priority and zone that ever was. */
  readonly groups: Group[] = [];
  /** By priority, lowest number first. Only groups with instances, once `dropEmpty` has been called. */
  readonly tiers: Tier[] = [];
  /** The first group of the first tier: the only one, mostly. */
  first: Group | undefined;
  listedCount = 0;
  size = 0;
  /** Sum of the weights of the listed, for strategies that bound load. In an array: a fraction in a field is a heap object. */
  readonly listedWeight: Float64Array = new Float64Array(1);

  /** The group of a priority and zone, made when it is new. One that was empty for a while keeps its number. */
  groupFor(priority: number, isOwnZone: boolean): Group {
    let tier = this.tiers.find((one) => one.priority === priority);
    if (tier === undefined) {
      tier = { priority, groups: [], held: new Float64Array([1, -Infinity]) };
      this.tiers.push(tier);
      this.tiers.sort((a, b) => a.priority - b.priority);
    }
    let group = tier.groups.find((one) => one.isOwnZone === isOwnZone);
    if (group === undefined) {
      group = this.groups.find((one) => one.priority === priority && one.isOwnZone === isOwnZone);
      if (group === undefined) {
        group = new Group(this.groups.length, priority, isOwnZone);
        this.groups.push(group);
      }
      tier.groups.push(group);
      tier.groups.sort((a, b) => Number(b.isOwnZone) - Number(a.isOwnZone));
      this.first = this.tiers[0].groups[0];
    }
    return group;
  }

  /** Takes the groups that have become empty out of their tiers: a pick must not ask those that were once. */
  dropEmpty(): void {
    for (let index = this.tiers.length - 1; index >= 0; index--) {
      const { groups } = this.tiers[index];
      for (let at = groups.length - 1; at >= 0; at--) if (groups[at].size === 0) groups.splice(at, 1);
      if (groups.length === 0) this.tiers.splice(index, 1);
    }
    this.first = this.tiers[0]?.groups[0];
  }

  /** Puts a slot that is in no list into its group. */
  enter(ledger: Ledger, slot: number, group: Group, isListed: boolean): void {
    ledger.group[slot] = group.number;
    this.size++;
    this.#append(ledger, slot, group, isListed);
    group.isStale = true;
  }

  /** Puts a slot into the lists of one call, which `empty` has emptied: the ledger's positions belong to the membership's. */
  put(slot: number, group: Group, isListed: boolean): void {
    this.size++;
    if (isListed) this.listedCount++;
    group.append(slot, isListed);
  }

  /** Before the lists of the next call are put together; groups and what is believed of them stay. */
  empty(): void {
    for (const group of this.groups) group.listedCount = group.othersCount = 0;
    this.listedCount = 0;
    this.size = 0;
  }

  /** Takes a slot out of its list: it is parked or forgotten. */
  leave(ledger: Ledger, slot: number): void {
    const group = this.groups[ledger.group[slot]];
    this.#remove(ledger, slot, group);
    ledger.i32[slot * WORDS + POSITION] = -1;
    ledger.u8[slot * BYTES + FLAGS] &= ~LISTED;
    this.size--;
    group.isStale = true;
  }

  /** Moves a slot to the list it belongs in. True when it has moved. */
  list(ledger: Ledger, slot: number, isListed: boolean): boolean {
    if (isInList(ledger, slot) === isListed || isParked(ledger, slot)) return false;
    const group = this.groups[ledger.group[slot]];
    this.#remove(ledger, slot, group);
    this.#append(ledger, slot, group, isListed);
    return true;
  }

  #append(ledger: Ledger, slot: number, group: Group, isListed: boolean): void {
    ledger.i32[slot * WORDS + POSITION] = group.append(slot, isListed);
    if (isListed) {
      ledger.u8[slot * BYTES + FLAGS] |= LISTED;
      this.listedCount++;
      this.listedWeight[0] += 1 / ledger.f32[slot * WORDS + INVERSE_WEIGHT];
    } else {
      ledger.u8[slot * BYTES + FLAGS] &= ~LISTED;
    }
  }

  #remove(ledger: Ledger, slot: number, group: Group): void {
    const position = ledger.i32[slot * WORDS + POSITION];
    if (isInList(ledger, slot)) {
      const last = group.listed[--group.listedCount];
      group.listed[position] = last;
      ledger.i32[last * WORDS + POSITION] = position;
      this.listedCount--;
      // From zero again whenever it is known to be zero: rounding does not add up.
      if (this.listedCount === 0) this.listedWeight[0] = 0;
      else this.listedWeight[0] -= 1 / ledger.f32[slot * WORDS + INVERSE_WEIGHT];
    } else {
      const last = group.others[--group.othersCount];
      group.others[position] = last;
      ledger.i32[last * WORDS + POSITION] = position;
    }
  }
}

/** Is the slot in the dense list of its group? */
export function isInList(ledger: Ledger, slot: number): boolean {
  return (ledger.u8[slot * BYTES + FLAGS] & LISTED) !== 0;
}

/** Is the slot in no list: absent from the membership, but remembered? */
export function isParked(ledger: Ledger, slot: number): boolean {
  return ledger.i32[slot * WORDS + POSITION] < 0;
}

function doubled(list: Int32Array): Int32Array {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}
